/** The store in SQLite keeps the contract of the port. */
import { describeStateStore } from '../contract/state-store.ts';
import { stateFolder } from '../support/state-folder.ts';

describeStateStore('in SQLite', stateFolder);
