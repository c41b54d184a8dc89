/** The script of every page. It asks nobody for anything: all that it shows came with the page. */
import { PAGE_DATA_ID, type PageData } from '../cli/html/page-data.ts';
import { showChanges } from './changes.ts';
import { offerCopies } from './copy.ts';
import { unfoldForPrint } from './print.ts';
import { switchThemes } from './theme.ts';

switchThemes();
offerCopies();
const section = document.querySelector('#changes');
const carried = document.getElementById(PAGE_DATA_ID)?.textContent;
if (section !== null && carried != null) {
  const data: PageData = JSON.parse(carried);
  showChanges(section, data);
  unfoldForPrint(data, section);
  performance.mark('usable');
}
