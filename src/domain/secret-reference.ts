/** Where a secret is to be had. It is resolved when it is used, and never printed or stored. */
export type SecretReference =
  | { readonly env: string }
  /** An absolute path. */
  | { readonly file: string }
  | { readonly command: readonly [string, ...string[]] };
