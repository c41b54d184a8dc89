/** Names compared, and refusals put into words. */
import { describe, expect, it } from 'vitest';
import { bindRefusal } from '../../src/adapters/directory/ldap/bind-words.ts';
import { comparableDn, isWithin } from '../../src/adapters/directory/ldap/dn.ts';

describe('distinguished names', () => {
  it.each([
    ['CN=Ann Lee,OU=Staff,DC=x', 'cn=ann lee,ou=staff,dc=x'],
    ['cn=Ann, ou=x', 'CN = ann ,OU=X'],
    ['cn=Ann  Lee,ou=x', 'cn=Ann Lee,ou=x'],
    ['cn=Lee\\, Ann,ou=x', 'cn=Lee\\2C Ann,ou=x'],
    ['cn=Lee\\, Ann,ou=x', 'cn="Lee, Ann",ou=x'],
    ['cn=J\\C3\\B6rg,ou=x', 'cn=Jörg,ou=x'],
    ['cn=Ann+uid=7,ou=x', 'UID=7+CN=ann,ou=x'],
    ['cn=\\#1,ou=x', 'cn=\\231,ou=x'],
    ['cn=Ann\\ ,ou=x', 'cn=Ann\\20,ou=x'],
    ['cn=a\\\\b,ou=x', 'cn=a\\5Cb,ou=x'],
    ['OID.2.5.4.3=Ann,ou=x', '2.5.4.3=ann,ou=x'],
  ])('%s is %s', (one, other) => {
    expect(comparableDn(one)).toBe(comparableDn(other));
  });

  it.each([
    ['cn=Ann,ou=x', 'cn=Ann\\,ou=x'],
    ['cn=a\\+b=c,ou=x', 'cn=a+b=c,ou=x'],
    ['cn=a\\\\,ou=x', 'cn=a\\,ou=x'],
    ['cn=e,ou=x', 'cn=é,ou=x'],
    ['cn=caf\\e9,ou=x', 'cn=caf\\e8,ou=x'],
    ['cn=Ann', 'cn=Ann,ou=x'],
  ])('%s is not %s', (one, other) => {
    expect(comparableDn(one)).not.toBe(comparableDn(other));
  });

  it('lie within what ends them, part by part', () => {
    expect(isWithin('ou=a,dc=x', 'dc=x')).toBe(true);
    expect(isWithin('dc=x', 'dc=x')).toBe(true);
    expect(isWithin('ou=a,dc=ax', 'dc=x')).toBe(false);
  });
});

describe('a refused bind', () => {
  it.each([
    ['525', 'there is no such user (525)'],
    ['52e', 'the name or the password is wrong (52e)'],
    ['530', 'the account may not log on at this hour (530)'],
    ['531', 'the account may not log on from here (531)'],
    ['532', 'password expired (532)'],
    ['533', 'account disabled (533)'],
    ['701', 'account expired (701)'],
    ['773', 'the password must be changed first (773)'],
    ['775', 'account locked out (775)'],
    ['999', 'the name or the password is wrong (999)'],
  ])('with sub-code %s is "%s"', (code, words) => {
    const message = `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${code}, v3839`;
    expect(bindRefusal(message).words).toBe(words);
  });

  it('without a sub-code says that name or password are wrong', () => {
    expect(bindRefusal('').words).toBe('the name or the password is wrong');
  });
});
