/** The properties of users, groups and contacts that tests set; each is one of Graph's, of Graph's type. */

/** A property that is left out was never set; null clears one. */
export interface UserFields {
  /** A GUID; without it one is made, the same in every run. */
  readonly id?: string;
  readonly accountEnabled?: boolean | null;
  readonly assignedLicenses?: readonly { readonly skuId: string; readonly disabledPlans: readonly string[] }[];
  readonly businessPhones?: readonly string[];
  readonly city?: string | null;
  readonly companyName?: string | null;
  readonly country?: string | null;
  readonly createdDateTime?: string | null;
  readonly creationType?: string | null;
  readonly department?: string | null;
  readonly displayName?: string | null;
  readonly employeeId?: string | null;
  readonly employeeType?: string | null;
  readonly externalUserState?: string | null;
  readonly faxNumber?: string | null;
  readonly givenName?: string | null;
  readonly isResourceAccount?: boolean | null;
  readonly jobTitle?: string | null;
  readonly mail?: string | null;
  readonly mailNickname?: string | null;
  readonly mobilePhone?: string | null;
  readonly officeLocation?: string | null;
  readonly onPremisesDistinguishedName?: string | null;
  readonly onPremisesImmutableId?: string | null;
  readonly onPremisesSamAccountName?: string | null;
  readonly onPremisesSecurityIdentifier?: string | null;
  readonly onPremisesSyncEnabled?: boolean | null;
  readonly onPremisesUserPrincipalName?: string | null;
  readonly otherMails?: readonly string[];
  readonly postalCode?: string | null;
  readonly preferredLanguage?: string | null;
  readonly proxyAddresses?: readonly string[];
  readonly showInAddressList?: boolean | null;
  readonly state?: string | null;
  readonly streetAddress?: string | null;
  readonly surname?: string | null;
  readonly usageLocation?: string | null;
  readonly userPrincipalName?: string | null;
  readonly userType?: string | null;
}

export interface GroupFields {
  readonly id?: string;
  readonly classification?: string | null;
  readonly createdDateTime?: string | null;
  readonly description?: string | null;
  readonly displayName?: string | null;
  /** With `Unified` it is a Microsoft 365 group, and can be restored after it was deleted. */
  readonly groupTypes?: readonly string[];
  readonly isAssignableToRole?: boolean | null;
  readonly mail?: string | null;
  readonly mailEnabled?: boolean | null;
  readonly mailNickname?: string | null;
  readonly membershipRule?: string | null;
  readonly onPremisesSyncEnabled?: boolean | null;
  readonly proxyAddresses?: readonly string[];
  readonly securityEnabled?: boolean | null;
  /** `HiddenMembership` keeps the members from whoever lacks Member.Read.Hidden. */
  readonly visibility?: string | null;
}

export interface ContactFields {
  readonly id?: string;
  readonly companyName?: string | null;
  readonly department?: string | null;
  readonly displayName?: string | null;
  readonly givenName?: string | null;
  readonly jobTitle?: string | null;
  readonly mail?: string | null;
  readonly mailNickname?: string | null;
  readonly proxyAddresses?: readonly string[];
  readonly surname?: string | null;
}
