/** A customer in a stack: the resource that applies it, and what it needs outside of Rollcall. */
import { Annotations, type TerraformElement, TerraformOutput, type TerraformResource, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { CustomerDescription, FirewallNeeds } from '../index.ts';
import { type ApplyOptions, applyResource } from './apply-resource.ts';
import { type DnsRecord, type DnsRecordSet, dnsRecordsOf, recordSets } from './dns-output.ts';
import { literal } from './literal.ts';

export interface RollcallCustomerProps extends ApplyOptions {
  /** One of those that `describeWorkspace` gives. */
  readonly customer: CustomerDescription;
  /** The folder of rollcall.yaml, absolute. */
  readonly root: string;
  /** Of the DNS records, in seconds; by default an hour. */
  readonly ttl?: number;
}

const HOUR_S = 3600;

/**
 * Makes one resource, which runs `rollcall apply` for the customer whenever its digest is another, and the outputs `dns_records`,
 * `dns_record_sets` and `firewall`. What cannot be told is a warning at the construct, and does not stop the synth. To destroy the
 * resource changes no roster.
 */
export class RollcallCustomer extends Construct {
  readonly customer: CustomerDescription;
  /** For `dependsOn`, and for overrides. */
  readonly resource: TerraformResource;
  /** A record a piece, for providers such as Cloudflare's; texts are literals for Terraform. */
  readonly dnsRecords: readonly DnsRecord[];
  /** All records of a name and type together, for providers such as those of Route 53 and Google Cloud. */
  readonly dnsRecordSets: readonly DnsRecordSet[];
  readonly firewall: FirewallNeeds;

  /** Of one customer of a workspace that has been read. */
  constructor(scope: Construct, id: string, { customer, root, ttl = HOUR_S, ...options }: RollcallCustomerProps) {
    super(scope, id);
    const { name, digest, displayName, dnsRecords, firewall, missing } = customer;
    this.customer = customer;
    this.dnsRecords = dnsRecordsOf(dnsRecords, ttl);
    this.dnsRecordSets = recordSets(this.dnsRecords);
    this.firewall = firewall;
    this.resource = applyResource(this, 'apply', { customer: name, digest, root }, options);
    for (const text of missing) Annotations.of(this).addWarning(text);
    const about = literal(displayName);
    output(this, 'dns_records', this.dnsRecords, `The DNS records that ${about} needs`);
    output(
      this,
      'dns_record_sets',
      this.dnsRecordSets,
      `The DNS records that ${about} needs, together by name and type`,
    );
    output(this, 'firewall', this.firewall, `Whom the firewall of ${about} has to let in`);
  }
}

function output(scope: Construct, id: string, value: unknown, description: string): TerraformElement {
  return new TerraformOutput(scope, id, { value: withNulls(value), description });
}

/** The same data as the CDK takes it: it knows null as a token only. */
function withNulls(value: unknown): unknown {
  if (value === null) return Token.nullValue();
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNulls(one)]));
}
