/** What the sign-in service refuses, in words: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. */
import type { EntraConnection } from '../../../domain/config.ts';
import { type DirectoryError, failure } from '../errors.ts';
import { cloudName } from './clouds.ts';
import { type HttpAnswer, isObject, jsonOf } from './exchange.ts';

type Words = (connection: EntraConnection) => readonly [code: string, message: string, hint: string];

const TENANT: Words = ({ tenant, cloud }) => [
  'ENTRA_TENANT',
  `There is no tenant ${tenant} in the cloud ${cloudName(cloud)}.`,
  'Correct directory.tenant: the tenant id is on the Overview page of Entra ID. If the tenant is in a national cloud, name it under directory.cloud.',
];
const WRONG_CLOUD: Words = ({ tenant, cloud }) => [
  'ENTRA_CLOUD',
  `The tenant ${tenant} is not in the cloud ${cloudName(cloud)}.`,
  'Correct directory.cloud: global, us-gov, us-dod or china.',
];
const ASSERTION: Words = (connection) =>
  connection.credential.kind === 'certificate'
    ? [
        'ENTRA_CERTIFICATE',
        `Entra ID does not accept the certificate ${connection.credential.certificate} for the app ${connection.clientId}.`,
        'Upload the certificate to the app registration, under Certificates & secrets, and check the clock of this machine.',
      ]
    : FEDERATED_SUBJECT(connection);
const FEDERATED_SUBJECT: Words = ({ clientId }) => [
  'ENTRA_FEDERATED',
  `No federated credential of the app ${clientId} fits the token of this job.`,
  'Compare issuer, subject and audience of the credential, under Certificates & secrets > Federated credentials, with the job: the subject names the repository and the branch or environment, in upper and lower case.',
];

const REFUSALS: Readonly<Record<number, Words>> = {
  90002: TENANT,
  900023: TENANT,
  900382: WRONG_CLOUD,
  900432: WRONG_CLOUD,
  90038: WRONG_CLOUD,
  700016: ({ clientId, tenant }) => [
    'ENTRA_CLIENT',
    `The tenant ${tenant} has no app ${clientId}.`,
    'Correct directory.clientId: it is the Application (client) ID on the Overview page of the app registration. Check directory.tenant too.',
  ],
  7000112: ({ clientId }) => [
    'ENTRA_CLIENT',
    `The app ${clientId} is disabled in this tenant.`,
    'Enable it again: Entra ID > Enterprise applications > Properties > Enabled for users to sign-in.',
  ],
  7000215: ({ clientId }) => [
    'ENTRA_SECRET',
    `The secret is none of the app ${clientId}.`,
    'Store the Value of the client secret, not its Secret ID. Where the value is lost, make a new secret under Certificates & secrets.',
  ],
  7000222: ({ clientId }) => [
    'ENTRA_SECRET_EXPIRED',
    `The secret of the app ${clientId} has expired.`,
    'Make a new secret under Certificates & secrets and store it, with its last day under directory.credential.expires to be warned before. A federated credential does not expire.',
  ],
  7000218: ({ clientId }) => [
    'ENTRA_CREDENTIAL',
    `Entra ID got no secret, certificate or token of the app ${clientId}.`,
    'Correct directory.credential.',
  ],
  700024: ASSERTION,
  700027: ASSERTION,
  700211: FEDERATED_SUBJECT,
  700212: FEDERATED_SUBJECT,
  700213: FEDERATED_SUBJECT,
};

/** The service says so of errors that pass by themselves, with 90055 for a tenant that is asked too much. */
const TRANSIENT: readonly number[] = [90033, 90055, 90090];

/** Whether the sign-in is to be tried again later. */
export function isSignInBusy(answer: HttpAnswer): boolean {
  return [429, 503, 504].includes(answer.status) || codesOf(answer).some((code) => TRANSIENT.includes(code));
}

/** An answer of the sign-in service that is no token, as an error. */
export function signInFailure(answer: HttpAnswer, connection: EntraConnection): DirectoryError {
  const codes = codesOf(answer);
  const code = codes.find((known) => REFUSALS[known] !== undefined);
  const words = code === undefined ? undefined : REFUSALS[code];
  if (words !== undefined) {
    const [problem, message, hint] = words(connection);
    return failure(problem, `${message} (AADSTS${code})`.replace(/\. \((.*)\)$/, ' ($1).'), hint);
  }
  const description = descriptionOf(answer);
  return failure(
    'ENTRA_SIGN_IN',
    `Entra ID refused to sign the app ${connection.clientId} in (${answer.status})${description === '' ? '' : `: ${description}`}.`,
    'Look the AADSTS number up at https://login.microsoftonline.com/error, and check tenant, clientId and credential of the directory.',
  );
}

function codesOf({ text }: HttpAnswer): readonly number[] {
  const body = jsonOf(text);
  if (!isObject(body)) return [];
  const { error_codes: codes, error_description: description } = body;
  const listed = Array.isArray(codes) ? codes.filter((code) => typeof code === 'number') : [];
  const named = typeof description === 'string' ? /^AADSTS(\d+)/.exec(description)?.[1] : undefined;
  return named === undefined ? listed : [...listed, Number(named)];
}

/** The first sentence or so, without what only Microsoft's support can use. */
function descriptionOf({ text }: HttpAnswer): string {
  const body = jsonOf(text);
  const words = isObject(body) ? (body['error_description'] ?? body['error']) : undefined;
  if (typeof words !== 'string') return '';
  const sentence = words.split(/\r?\n| Trace ID:/)[0] ?? '';
  return sentence
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .replace(/\.$/, '');
}
