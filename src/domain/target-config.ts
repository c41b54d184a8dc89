/** The mail systems that the rosters take effect in, as the workspace describes them. Files are absolute, durations in milliseconds. */

import type { Location } from './diagnostic.ts';
import type { SecretReference } from './secret-reference.ts';

interface CommonTarget {
  readonly name: string;
  /** Names and globs of the customers that it serves; empty is all. */
  readonly customers: readonly string[];
  readonly location: Location;
}

/** A program with its arguments. */
export type Command = readonly [string, ...string[]];

/** How Postfix looks things up (postmap(1), DATABASE_README). */
export type MapType = 'texthash' | 'lmdb' | 'cdb' | 'hash' | 'sqlite' | 'pgsql';

/** A Postfix gateway, whose lookup tables are written. */
export interface PostfixTargetConfig extends CommonTarget {
  readonly type: 'postfix';
  /** The folder of the tables. */
  readonly dir: string;
  readonly maps: MapType;
  /** The URL of the database, of `pgsql` only. */
  readonly database: SecretReference | null;
  /** Whether distribution lists become aliases of their members. */
  readonly expandGroups: boolean;
  readonly postmap: Command;
  /** Null leaves it out: where Postfix is on another machine. */
  readonly check: Command | null;
  readonly reload: Command | null;
}

/** A service that speaks SCIM 2.0 (RFC 7644). */
export interface ScimTargetConfig extends CommonTarget {
  readonly type: 'scim';
  /** Without the slash at its end. */
  readonly url: string;
  readonly token: SecretReference;
  /** Whether groups are written too. */
  readonly groups: boolean;
  /** A file of authorities to trust beside the usual ones. */
  readonly ca: string | null;
  /** Requests under way at once. */
  readonly parallelism: number;
  readonly timeoutMs: number;
}

/** Files for a service that only takes uploads. */
export interface CsvTargetConfig extends CommonTarget {
  readonly type: 'csv';
  /** The folder of the files, one a customer. */
  readonly dir: string;
  /** `changes` adds a file of what is new since the one before, beside the full one. */
  readonly flavour: 'full' | 'changes';
}

/** A mail system that the rosters take effect in. */
export type TargetConfig = PostfixTargetConfig | ScimTargetConfig | CsvTargetConfig;
