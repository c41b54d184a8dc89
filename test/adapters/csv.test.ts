import { describe, expect, it } from 'vitest';
import { parseUsersCsv } from '../../src/adapters/files/csv.ts';
import { renderCsv } from '../../src/cli/csv.ts';

function read(text: string) {
  const { users, findings } = parseUsersCsv(text, 'imports/acme.csv');
  const found = findings.map(({ code, message, location }) => `${location.line}:${location.column} ${code} ${message}`);
  return { users, found };
}

describe('users of a CSV file', () => {
  it('have what their row says, and the place of the row', () => {
    const { users, found } = read(
      'department,address,aliases,givenName,surname,displayName,homePhone,mobile,company,notes\n' +
        'Sales,Ann@acme.example,a.lee@acme.example; annie@acme.example,Ann,Lee,Ann Lee,+44 1,+44 2,Acme,"Likes ""tea"", not coffee"\n',
    );
    expect(found).toEqual([]);
    expect(users).toEqual([
      {
        key: 'ann@acme.example',
        address: 'Ann@acme.example',
        source: 'csv',
        aliases: ['a.lee@acme.example', 'annie@acme.example'],
        attributes: {
          givenName: 'Ann',
          surname: 'Lee',
          displayName: 'Ann Lee',
          homePhone: '+44 1',
          mobile: '+44 2',
          company: 'Acme',
          department: 'Sales',
          notes: 'Likes "tea", not coffee',
        },
        rules: { allow: [], deny: [] },
        location: { file: 'imports/acme.csv', line: 2, column: 1 },
      },
    ]);
  });

  it('have no attribute where the cell is empty', () => {
    expect(read('email,displayName,notes\na@b.example, ,\n').users[0]?.attributes).toEqual({});
  });

  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('are separated by %s', (_, delimiter) => {
    const rows = [
      ['email', 'displayName', 'aliases'],
      ['a@b.example', 'A, B; C', 'c@b.example;d@b.example'],
    ];
    const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join('\n');
    expect(read(text)).toMatchObject({
      users: [{ attributes: { displayName: 'A, B; C' }, aliases: ['c@b.example', 'd@b.example'] }],
      found: [],
    });
  });

  it.each([
    ['a byte-order mark', (text: string) => `\ufeff${text}`],
    ['a byte-order mark and quotes', (text: string) => `\ufeff${text.replace('address', '"address"')}`],
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', (text: string) => text.replaceAll('\n', '\r')],
    ['empty lines', (text: string) => `\n${text.replaceAll('\n', '\n\n')}\n`],
    ['rows of nothing but delimiters', (text: string) => `${text},\n , \n`],
    ['no line end at the end', (text: string) => text.trimEnd()],
    ['blanks around the cells', (text: string) => text.replaceAll(',', ' , ')],
  ])('are the same with %s', (_, change) => {
    const { users, found } = read(change('address,displayName\na@b.example,A\nc@d.example,C\n'));
    expect(found).toEqual([]);
    expect(users.map(({ address, attributes }) => [address, attributes])).toEqual([
      ['a@b.example', { displayName: 'A' }],
      ['c@d.example', { displayName: 'C' }],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('are placed by the line that their row begins on: %j', (end) => {
    const text = [
      'address,notes',
      'a@b.example,"one',
      'two',
      '',
      'four"',
      '',
      'c@b.example,x',
      'd@b.example,"y',
      'z"',
      'bad,x',
    ];
    const { found } = read(text.join(end));
    expect(found).toEqual(['10:1 CSV_ROW "bad" is not an address: it has no "@".']);
    const { users } = read(text.slice(0, -1).join(end));
    expect(users.map(({ location }) => location.line)).toEqual([2, 7, 8]);
    expect(users[0]?.attributes.notes).toBe('one\ntwo\n\nfour');
  });

  it('are what they were before their cells were made harmless for a spreadsheet', () => {
    const text = renderCsv(['address', 'displayName', 'notes'], [['+ann@acme.example', '=1+1', "'=quoted"]]);
    expect(text).toContain("'+ann@acme.example,'=1+1,''=quoted");
    expect(read(text)).toMatchObject({
      users: [{ address: '+ann@acme.example', attributes: { displayName: '=1+1', notes: "'=quoted" } }],
      found: [],
    });
    expect(read("address,notes\nann@acme.example,'tis\n").users[0]?.attributes).toEqual({ notes: "'tis" });
  });

  it('take formulas for the text that they are', () => {
    expect(read('address,displayName\na@b.example,"=HYPERLINK(""http://x"")"\n').users[0]?.attributes.displayName).toBe(
      '=HYPERLINK("http://x")',
    );
  });

  it('may be none', () => {
    expect(read('address\n')).toEqual({ users: [], found: [] });
  });
});

describe('the header', () => {
  it.each([
    ['', '1:1 CSV_HEADER The file is empty: it needs a row of column names.'],
    ['\n\n', '1:1 CSV_HEADER The file is empty: it needs a row of column names.'],
    ['name\nx\n', /^1:1 CSV_HEADER There is no column "name". Known are address, email, aliases/],
    ['adress\nx\n', '1:1 CSV_HEADER There is no column "adress". Did you mean "address"?'],
    ['Email\nx\n', '1:1 CSV_HEADER There is no column "Email". Did you mean "email"?'],
    [
      'displayName\nx\n',
      '1:1 CSV_HEADER The column "address" (or "email") is missing. The first row must name the columns.',
    ],
    ['address,email\na@b.c,a@b.c\n', '1:1 CSV_HEADER Use "address" or "email", not both.'],
    ['address,notes,notes\na@b.c,x,y\n', '1:1 CSV_HEADER The column "notes" is there twice.'],
    ['address,,notes\na@b.c,x,y\n', '1:1 CSV_HEADER Column 2 has no name.'],
    ['ann@acme.example,Ann\n', /^1:1 CSV_HEADER There is no column "ann@acme.example". Known are address, email/],
  ])('%j', (text, message) => {
    const { users, found } = read(text);
    expect(users).toEqual([]);
    expect(found[0]).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('may end in delimiters, as spreadsheets write them', () => {
    expect(read('address,,\na@b.example,,\n').users).toHaveLength(1);
  });
});

describe('a bad row', () => {
  const HEADER = 'address,displayName,aliases\n';

  it.each([
    ['no address', ',Ann,', 'The row has no address.'],
    ['no valid address', 'ann@,Ann,', '"ann@" is not an address: the domain is not valid.'],
    ['no valid alias', 'a@b.example,Ann,ann;x@b.example', 'The alias "ann" is not an address: it has no "@".'],
    ['too few cells', 'a@b.example,Ann', 'The row has 2 cells where the header has 3.'],
    ['too many cells', 'a@b.example,Lee, Ann,x@b.example', 'The row has 4 cells where the header has 3.'],
    [
      'a quote inside of a cell',
      'a@b.example,Ann "A" Lee,',
      'A quote stands inside of a cell that is not quoted. Quote the whole cell and double the quote.',
    ],
    [
      'text behind a quote',
      'a@b.example,"Ann" Lee,',
      'There is something between the end of a quoted cell and the next delimiter.',
    ],
    ['a quote without end', 'a@b.example,"Ann,\nb@b.example,B,', 'A quoted cell of this row never ends.'],
    [
      'a control character',
      'a@b.example,"Ann\u001b[2J",',
      'There is a control character in a cell of this row. Take it out.',
    ],
  ])('with %s is told of by its line, and nothing of the file is taken', (_, row, message) => {
    const { users, found } = read(`${HEADER}ok@b.example,"O\nK",\n${row}\n`);
    expect(users).toEqual([]);
    expect(found).toEqual([`4:1 CSV_ROW ${message}`]);
  });

  it('does not hide the others', () => {
    expect(read(`${HEADER}x,,\nok@b.example,,\ny,,\n`).found.map((line) => line.slice(0, 3))).toEqual(['2:1', '4:1']);
  });
});

it('50,000 users are read within a few seconds, even on a busy machine', () => {
  const rows = Array.from(
    { length: 50_000 },
    (_, index) => `user${index}@acme.example,"User, ${index}",u${index}@acme.example`,
  );
  const start = performance.now();
  expect(read(`address,displayName,aliases\n${rows.join('\n')}\n`).users).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
