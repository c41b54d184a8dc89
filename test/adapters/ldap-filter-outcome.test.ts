/** What filters say of objects whose values were kept, where Active Directory would be asked; recording-question.test.ts asks an OpenLDAP. */
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/adapters/directory/ldap/filter.ts';
import { implies, remainder } from '../../src/adapters/directory/ldap/filter-implies.ts';
import { outcomeOf, unknownIn } from '../../src/adapters/directory/ldap/filter-outcome.ts';
import { treeOf } from '../../src/adapters/directory/ldap/filter-tree.ts';
import { attributesToKeep, keptName } from '../../src/adapters/directory/ldap/kept-attributes.ts';
import type { KeptValues } from '../../src/domain/directory-evidence.ts';

const tree = (text: string) => treeOf(parseFilter(text, 'the filter'));

const STAFF = 'CN=Staff\\, all,OU=Groups,DC=acme,DC=example';
const ANN: KeptValues = {
  objectclass: ['top', 'person', 'organizationalPerson', 'user'],
  useraccountcontrol: ['66048'],
  memberof: [STAFF],
  department: ['Sales & Marketing'],
  l: ['Zürich'],
  extensionattribute1: ['sync'],
  mail: ['Ann@acme.example'],
};

function outcome(filter: string, values = ANN, hasSuperclasses = true): string {
  const kept = new Set(attributesToKeep([]));
  const nameOf = (attribute: string) => {
    const name = keptName(attribute);
    return name !== null && kept.has(name) ? name : null;
  };
  const isUsed = (name: string) => name in ANN;
  return outcomeOf(tree(filter), values, { nameOf, isUsed, hasSuperclasses });
}

describe('the outcome of a filter', () => {
  it.each([
    ['(userAccountControl:1.2.840.113556.1.4.803:=2)', 'fails'],
    ['(!(userAccountControl:1.2.840.113556.1.4.803:=2))', 'passes'],
    ['(userAccountControl:1.2.840.113556.1.4.803:=65536)', 'passes'],
    ['(userAccountControl:1.2.840.113556.1.4.804:=66)', 'fails'],
    ['(userAccountControl>=66000)', 'passes'],
    ['(userAccountControl<=512)', 'fails'],
    ['(memberOf=cn=staff\\2c ALL , ou=groups,dc=acme,dc=example)', 'fails'],
    ['(!(memberOf=cn=staff\\2c ALL , ou=groups,dc=acme,dc=example))', 'unknown'],
    ['(memberOf=cn=staff\\5c, ALL , ou=groups,dc=acme,dc=example)', 'passes'],
    ['(memberOf=CN=Other,DC=acme,DC=example)', 'fails'],
    ['(memberOf:1.2.840.113556.1.4.1941:=CN=Other,DC=acme,DC=example)', 'unknown'],
    ['(objectClass=USER)', 'passes'],
    ['(!(objectClass=computer))', 'passes'],
    ['(objectClass=2.5.6.6)', 'unknown'],
    ['(department=sales  &  marketing)', 'passes'],
    ['(department=Sales \\26*)', 'passes'],
    ['(department=*ting)', 'passes'],
    ['(department=*Legal*)', 'fails'],
    ['(l=zurich)', 'unknown'],
    ['(localityName=ZÜRICH)', 'passes'],
    ['(mail=ann@ACME.example)', 'passes'],
    ['(extensionAttribute1=*)', 'passes'],
    ['(!(extensionAttribute2=*))', 'unknown'],
    ['(extensionAttribute2=sync)', 'fails'],
    ['(&(l=zurich)(extensionAttribute1=nosync))', 'fails'],
    ['(|(l=zurich)(extensionAttribute1=sync))', 'passes'],
    ['(anr=ann)', 'unknown'],
    ['(name=ann)', 'unknown'],
    ['(1.2.840.113556.1.4.656=x)', 'unknown'],
    ['(employeeHired=x)', 'unknown'],
    ['(department~=sales & marketing)', 'passes'],
    ['(department~=sail)', 'unknown'],
    ['(department>=A)', 'unknown'],
    ['(ou:dn:=Staff)', 'unknown'],
  ])('%s %s', (filter, expected) => {
    expect(outcome(filter)).toBe(expected);
  });

  it('is unknown of a class by another name where the superclasses are not listed', () => {
    expect(outcome('(objectClass=person)', { objectclass: ['inetOrgPerson'] }, false)).toBe('unknown');
    expect(outcome('(objectClass=inetOrgPerson)', { objectclass: ['inetOrgPerson'] }, false)).toBe('passes');
  });

  it('is unknown where a value is not text', () => {
    expect(outcome('(department=x)', { department: ['\ufffd'] })).toBe('unknown');
  });

  it('names the attributes that were not kept', () => {
    const known = { nameOf: (name: string) => (name === 'l' ? name : null), isUsed: () => true, hasSuperclasses: true };
    expect(unknownIn(tree('(&(l=a)(!(foo=b))(|(foo=*)(:caseExactMatch:=c)))'), known)).toEqual([
      'foo',
      'any attribute',
    ]);
  });
});

describe('one filter implies another', () => {
  it.each([
    ['(a=1)', '(a=1)', true],
    ['(a=1)', '(a=2)', false],
    ['(&(a=1)(b=2))', '(a=1)', true],
    ['(a=1)', '(&(a=1)(b=2))', false],
    ['(&(b=2)(c=3)(a=1))', '(&(a=1)(b=2))', true],
    ['(a=1)', '(|(a=1)(b=2))', true],
    ['(|(a=1)(b=2))', '(a=1)', false],
    ['(|(a=1)(b=2))', '(|(b=2)(c=3)(a=1))', true],
    ['(a=1)', '(A=*)', true],
    ['(a=x*)', '(a=*)', true],
    ['(!(a=1))', '(a=*)', false],
    ['(anything=*)', '(objectClass=*)', true],
    ['(a:=1)', '(a=*)', false],
  ])('%s and %s: %s', (narrow, wide, expected) => {
    expect(implies(tree(narrow), tree(wide))).toBe(expected);
  });

  it('and what does not follow remains to be asked', () => {
    expect(remainder(tree('(&(a=1)(&(b=2)(c=3)))'), tree('(&(c=3)(a=1))'))).toEqual({
      kind: 'and',
      parts: [tree('(b=2)')],
    });
    expect(remainder(tree('(a=1)'), tree('(a=1)'))).toEqual({ kind: 'and', parts: [] });
  });
});
