/** Text for the JSON syntax of Terraform, which takes every string for a template. */

/** The text itself, whatever stands in it: `${` and `%{` begin nothing. */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, '$&$&');
}
