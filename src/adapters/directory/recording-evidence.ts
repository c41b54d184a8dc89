/** How a recording writes down its evidence: the question in its head, the values in the lines of the objects, a digest over both in its end. */
import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { LdapAttributes } from '../../domain/config.ts';
import type { DirectoryQuestion, KeptValues } from '../../domain/directory-evidence.ts';
import type { ObjectId } from '../../domain/roster.ts';
import { flag, isRecord, type Json, MalformedLineError, members, oneOf, text, texts } from '../recorded-line.ts';

const LDAP = [
  ...['type', 'dialect', 'baseDN', 'publicFolderDN', 'userFilter', 'groupFilter', 'attributes', 'kept'],
] as const;
const ENTRA = ['type', 'tenant', 'graph', 'filter', 'purposes'] as const;

/** Throws MalformedLineError. */
export function parseQuestion(value: unknown): DirectoryQuestion {
  if (!isRecord(value)) throw new MalformedLineError('"question" is not an object');
  return value['type'] === 'entra' ? entraQuestion(members(value, ENTRA)) : ldapQuestion(members(value, LDAP));
}

function ldapQuestion(question: Json): DirectoryQuestion {
  return {
    type: oneOf(question, 'type', ['ldap']),
    dialect: oneOf(question, 'dialect', ['activeDirectory', 'openldap']),
    baseDN: texts(question, 'baseDN'),
    publicFolderDN: textOrNull(question, 'publicFolderDN'),
    userFilter: text(question, 'userFilter'),
    groupFilter: text(question, 'groupFilter'),
    attributes: attributesOf(question['attributes']),
    kept: texts(question, 'kept'),
  };
}

function entraQuestion(question: Json): DirectoryQuestion {
  return {
    type: oneOf(question, 'type', ['entra']),
    tenant: text(question, 'tenant'),
    graph: text(question, 'graph'),
    filter: textOrNull(question, 'filter'),
    purposes: flag(question, 'purposes'),
  };
}

/** It is only ever compared as a whole. */
function attributesOf(value: unknown): LdapAttributes {
  if (!isRecord(value)) throw new MalformedLineError('"attributes" is not an object');
  return value as LdapAttributes;
}

function textOrNull(object: Json, name: string): string | null {
  return object[name] === null ? null : text(object, name);
}

/** Null where there are none. Throws MalformedLineError. */
export function parseValues(value: unknown): KeptValues | null {
  if (value === undefined) return null;
  if (!isRecord(value)) throw new MalformedLineError('"values" is not an object');
  return Object.fromEntries(Object.keys(value).map((name) => [name, texts(value, name)]));
}

export interface EvidenceDigest {
  add(id: ObjectId, values: KeptValues): void;
  /** `sha256:…`. Nothing can be added afterwards. */
  value(): string;
}

/** Over the question and the values, in the order of the objects. */
export function evidenceDigest(question: DirectoryQuestion): EvidenceDigest {
  const hash = createHash('sha256').update(canonicalize(question));
  return {
    add: (id, values) => hash.update(`\n${canonicalize([id, values])}`),
    value: () => `sha256:${hash.digest('hex')}`,
  };
}
