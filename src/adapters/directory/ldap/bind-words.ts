/** Active Directory's reasons for refusing a bind, in words. They are hints: RFC 4511 promises nothing about the text they stand in. */

interface Reason {
  readonly words: string;
  readonly hint: string;
}

// "… AcceptSecurityContext error, data 52e, v893": Windows error codes in hexadecimal.
const REASONS: Readonly<Record<string, Reason>> = {
  '525': { words: 'there is no such user', hint: 'Correct directory.bind.dn.' },
  '52e': {
    words: 'the name or the password is wrong',
    hint: 'Correct directory.bind.dn, or the password where directory.bind.password points to.',
  },
  '530': { words: 'the account may not log on at this hour', hint: "Extend the account's logon hours." },
  '531': {
    words: 'the account may not log on from here',
    hint: 'Allow the account to log on to this server ("Log On To").',
  },
  '532': {
    words: 'password expired',
    hint: "Set a new password for the account, and let a service account's password never expire.",
  },
  '533': { words: 'account disabled', hint: 'Enable the account in the directory, or bind with another.' },
  '701': { words: 'account expired', hint: "Extend the account's expiry date in the directory." },
  '773': {
    words: 'the password must be changed first',
    hint: 'Set a new password for the account without "must change password at next logon".',
  },
  '775': { words: 'account locked out', hint: 'Unlock the account, and look for what tries it with a wrong password.' },
};

const OTHERWISE = 'Check directory.bind.dn, and the password where directory.bind.password points to.';

/** Why a bind was refused with invalidCredentials (49): `password expired (532)`, and what to do. */
export function bindRefusal(message: string): Reason {
  const code = /\bdata ([0-9a-f]{3,4})\b/i.exec(message)?.[1]?.toLowerCase();
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason !== undefined) return { words: `${reason.words} (${code})`, hint: reason.hint };
  const said = code === undefined ? '' : ` (${code})`;
  return { words: `the name or the password is wrong${said}`, hint: OTHERWISE };
}
