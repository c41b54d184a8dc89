/** Filters as they are sent (RFC 4515, RFC 4511 4.5.1.7), and what is said of those that are none. */
import { BerWriter } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { DirectoryError } from '../../src/adapters/directory/errors.ts';
import { allOf, parseFilter } from '../../src/adapters/directory/ldap/filter.ts';

function octetsOf(text: string): string {
  const writer = new BerWriter();
  parseFilter(text, 'directory.filter').write(writer);
  return writer.buffer.toString('hex');
}

const hex = (text: string) => Buffer.from(text).toString('hex');

describe('a filter', () => {
  it.each([
    ['(cn=ab)', `a308 0402${hex('cn')} 0402${hex('ab')}`],
    ['(cn=)', `a306 0402${hex('cn')} 0400`],
    ['(2.5.4.3=a)', `a30c 0407${hex('2.5.4.3')} 0401${hex('a')}`],
    ['(cn;lang-de=a)', `a30f 040a${hex('cn;lang-de')} 0401${hex('a')}`],
    ['(cn=J\\c3\\b6 \\28x\\29\\2a)', `a30e 0402${hex('cn')} 04084ac3b6202878292a`],
    ['(cn=Jö)', `a309 0402${hex('cn')} 04034ac3b6`],
    ['(objectGUID=\\33\\22\\ff\\00)', `a312 040a${hex('objectGUID')} 04043322ff00`],
    ['(cn=*)', `8702${hex('cn')}`],
    ['(cn=a*)', `a409 0402${hex('cn')} 3003 8001${hex('a')}`],
    ['(cn=a*b*c*d)', `a412 0402${hex('cn')} 300c 8001${hex('a')} 8101${hex('b')} 8101${hex('c')} 8201${hex('d')}`],
    ['(cn=*\\2a*)', `a409 0402${hex('cn')} 3003 81012a`],
    ['(n>=1)', 'a506 04016e 040131'],
    ['(n<=1)', 'a606 04016e 040131'],
    ['(n~=1)', 'a806 04016e 040131'],
    ['(uac:1.2.3:=2)', `a90f 8105${hex('1.2.3')} 8203${hex('uac')} 830132`],
    ['(o:dn:=a)', `a909 82016f 830161 8401ff`],
    ['(:dn:2.4.6:=a)', `a90d 8105${hex('2.4.6')} 830161 8401ff`],
    ['(&(a=1)(!(b=2)))', 'a012 a306 040161 040131 a208 a306 040162 040132'],
    ['(|)', 'a100'],
    [' ( & (a=1) (b=2) ) ', 'a010 a306 040161 040131 a306 040162 040132'],
  ])('%s is sent as its octets', (text, octets) => {
    expect(octetsOf(text)).toBe(octets.replaceAll(' ', ''));
  });

  it('joined with another is sent and shown with it', () => {
    const both = allOf([parseFilter('(a=1)', 'x'), parseFilter('(b=2)', 'x')]);
    expect(both.toString()).toBe('(&(a=1)(b=2))');
  });

  it.each([
    ['', 1, 'an opening parenthesis is missing'],
    ['a=1', 1, 'an opening parenthesis is missing'],
    ['(a=1', 5, 'a closing parenthesis is missing'],
    ['(&(a=1)(b=2)', 13, 'a closing parenthesis is missing'],
    ['(a=1))', 6, 'there is more after the closing parenthesis'],
    ['(a=1)(b=2)', 6, 'there is more after the closing parenthesis'],
    ['(a=(b)', 4, 'must be written as \\28'],
    ['(!(a=1)(b=2))', 1, '"!" takes exactly one filter'],
    ['(!)', 1, '"!" takes exactly one filter'],
    ['(ab)', 2, 'no comparison'],
    ['(=x)', 2, 'no comparison'],
    ['(a b=x)', 2, 'no comparison'],
    ['(:=x)', 2, 'no comparison'],
    ['(a=x\\zz)', 5, 'two hexadecimal digits'],
    ['(a=x\\4)', 5, 'two hexadecimal digits'],
    ['(a=b**c)', 6, 'two asterisks'],
    ['()', 2, 'no comparison'],
  ])('%j is refused at character %i', (text, position, message) => {
    const parse = () => parseFilter(text, 'directory.filter');
    expect(parse).toThrow(DirectoryError);
    expect(parse).toThrow(`at character ${position} of ${text}`);
    expect(parse).toThrow(message);
  });
});
