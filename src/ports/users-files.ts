/** Files of users that people review. */
import type { Finding } from '../config/finding.ts';
import type { AddressKey } from '../domain/address.ts';
import type { ConfiguredUser } from '../domain/config.ts';
import type { ImportedUser } from '../domain/imported-user.ts';

/** Files of users that are written here and reviewed by people. */
export interface UsersFiles {
  /** Every address that the users of a file have; none where there is no file. Rejects with FileProblem for a file of another kind, or a wrong one. */
  addresses(path: string): Promise<ReadonlySet<AddressKey>>;
  /**
   * Adds users in the order of their addresses, mere addresses as users of source `smtp`; what is there stays, with its comments, and no
   * address comes twice. Writes the whole file or leaves what was there; where nothing is new, nothing is written. Returns those that are
   * new. Rejects with FileProblem.
   */
  add(path: string, users: readonly (AddressKey | ImportedUser)[]): Promise<readonly AddressKey[]>;
  /** The text of a file that has these users alone. */
  text(users: readonly (AddressKey | ImportedUser)[]): string;
  /** Whether a customer's file imports this one, directly or by way of others. */
  isImported(path: string, customerFile: string): Promise<boolean>;
}

/** A CSV file of users, as somebody brings it. */
export interface CsvUsersFile {
  readonly bytes: Uint8Array;
  /** Those of the rows that nothing is wrong with. */
  readonly users: readonly ConfiguredUser[];
  readonly rows: number;
  readonly findings: readonly Finding[];
}

/** Where a CSV file of users goes, and who imports it from there. Absolute. */
export interface CsvPlace {
  readonly path: string;
  readonly customerFile: string;
}

/** CSV files of users that the configuration takes in. */
export interface CsvImports {
  /** Rejects with FileProblem for what is no text. Findings name the file as `cited`. */
  read(path: string, cited: string): Promise<CsvUsersFile>;
  /** What is in place already: nothing, this file, or another one; and whether the customer imports it. */
  standing(file: CsvUsersFile, place: CsvPlace): Promise<CsvStanding>;
  /**
   * Puts the file in its place, byte by byte, and has the customer import it, where that is not so already; the rest of the customer's file
   * stays as it is. The CSV file first: nobody minds one that nothing imports. Rejects with FileProblem.
   */
  takeIn(file: CsvUsersFile, place: CsvPlace): Promise<CsvStanding>;
}

export interface CsvStanding {
  readonly there: 'nothing' | 'same' | 'other';
  readonly isImported: boolean;
}
