/** A configuration that was read out of another folder than the one that it is about. */
import { relative, resolve } from 'node:path';
import type { Config, CustomerConfig } from '../domain/config.ts';

/** The configuration with the files that its connections name (certificates, secrets) where they are now: below `to` what was below `from`. */
export function rebased(config: Config, from: string, to: string): Config {
  const customers = config.customers.map((customer): CustomerConfig => {
    const { directory } = customer;
    if (directory === null) return customer;
    return { ...customer, directory: { ...directory, connection: moved(directory.connection, from, to) } };
  });
  return { ...config, customers };
}

function moved<T>(value: T, from: string, to: string): T {
  if (typeof value === 'string')
    return (value.startsWith(`${from}/`) ? resolve(to, relative(from, value)) : value) as T;
  if (Array.isArray(value)) return value.map((item) => moved(item, from, to)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item, from, to)])) as T;
}
