/** A state as the first version of the schema has it. */

/** Undoes every later migration. */
export const BACK_TO_THE_FIRST = `
  DROP TABLE run_target; DROP TABLE target_standing; DROP TABLE applied_config;
  DROP INDEX domain_by_name; DROP TABLE site; DROP TABLE relay;
  DROP TABLE directory_copy; DROP TABLE directory_copy_object;
  DELETE FROM migration WHERE version > 1`;
