// Opens reports of three packages in Chromium and asserts what only a browser can show.
//
//     node tests/browser/reports.mjs [GRADUS [PACKAGE...]]
//
// GRADUS is the program [default: target/debug/gradus].
//
// For each report, 360 and 1280 pixels wide and in print: nothing on the console, no request, no serious violation found by
// axe-core, no sideways scrolling, the keyboard reaches the numbers of page 1. For what readers can try: sliders, figures and
// thresholds give the digits of the command line, a link restores them, and a page without scripts says what to do instead.
// Exit code: 0 all hold, 1 one does not, 2 something that is needed is missing.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

function missing(what, how) {
  console.error(`missing: ${what}\n    ${how}`);
  process.exit(2);
}
function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

const gradus = resolve(process.argv[2] ?? join(root, 'target/debug/gradus'));
if (!existsSync(gradus)) missing(`the program ${gradus}`, 'cargo build -p gradus-cli');
const browserPath = process.env.CHROMIUM ?? onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
if (!browserPath) missing('Chromium', 'on Debian: apt-get install chromium; or name it in CHROMIUM');
let chromium;
let axe;
try {
  ({ chromium } = await import('playwright-core'));
  axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
} catch {
  missing('playwright-core and axe-core', 'cd tests/browser && npm ci');
}

const PACKAGES = process.argv.length > 3 ? process.argv.slice(3) : ['regional-center', 'changchun-2018', 'hdi'];
const WIDTHS = [360, 1280];
const LARGEST = 10_000_000;
const out = mkdtempSync(join(tmpdir(), 'gradus-reports-'));
let failures = 0;
let checks = 0;

function check(holds, what, found = '') {
  checks += 1;
  if (holds) return;
  failures += 1;
  console.error(`FAILED: ${what}${found === '' ? '' : `\n    ${String(found).slice(0, 2000)}`}`);
}
function run(args) {
  return execFileSync(gradus, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });

/** Opens a page that counts what it must not do. */
async function open(file, options, hash = '') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const bad = [];
  page.on('console', (message) => bad.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => bad.push(`error: ${error.message}`));
  const start = pathToFileURL(file).href + hash;
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== start.split('#')[0]) bad.push(`request: ${request.url().slice(0, 200)}`);
  });
  await page.goto(start);
  return { page, bad, close: () => context.close() };
}

async function violations(page) {
  // The policy of the page forbids a script from outside; the debugger's own evaluation is no script of the page.
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ')).slice(0, 5).join(' | ')}: ${v.nodes[0].failureSummary}`);
}

async function started(page) {
  await page.locator('#try').scrollIntoViewIfNeeded();
  await page.waitForFunction(
    () => ['done', 'fault', 'off'].includes(document.getElementById('explorer').dataset.state),
    null,
    { timeout: 120_000 },
  );
}

/** Presses the tab key until an element that `wanted` accepts has the focus. */
async function tabTo(page, wanted, most) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(wanted)) return n + 1;
  }
  return 0;
}

async function layout(name, file) {
  for (const width of WIDTHS) {
    const colorScheme = width < 700 ? 'dark' : 'light';
    const place = `${name} at ${width} px, ${colorScheme}`;
    const { page, bad, close } = await open(file, { viewport: { width, height: 900 }, colorScheme });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 0, `${place}: the page does not scroll sideways`, `${wide} px too wide`);
    await page.keyboard.press('Tab');
    check(await page.evaluate(() => document.activeElement.matches('.skip')), `${place}: the first tab stop skips to the content`);
    await page.keyboard.press('Enter');
    const steps = await tabTo(page, () => document.activeElement.closest('.verdict') !== null && document.activeElement.matches('a, summary, [tabindex]'), 5);
    const any = await page.evaluate(() => document.querySelector('.verdict :is(a[href], summary, [tabindex])') !== null);
    check(steps > 0 || !any, `${place}: the keyboard reaches page 1 within five stops of the skip link`);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    check(outline !== 'none', `${place}: what has the focus shows it`, outline);
    const numbers = await page.evaluate(() => {
      const all = [...document.querySelectorAll('.verdict a[href^="#"]')];
      return all.filter((a) => !document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1)))).map((a) => a.getAttribute('href'));
    });
    check(numbers.length === 0, `${place}: every number of page 1 leads to its proof`, numbers);
    await started(page);
    check((await page.evaluate(() => document.getElementById('explorer').dataset.state)) === 'done', `${place}: what can be tried has started`, await page.locator('#explorer-note').textContent());
    const still = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(still <= 0, `${place}: nor does it with what can be tried`, `${still} px too wide`);
    // The wide page is looked at below, with something tried.
    const found = width < 700 ? await violations(page) : [];
    check(found.length === 0, `${place}: axe-core finds nothing serious`, found.join('\n    '));
    check(bad.length === 0, `${place}: the console is silent and nothing is requested`, bad.join('\n    '));
    await close();
  }
  const { page, bad, close } = await open(file, { viewport: { width: 794, height: 1123 } });
  await page.emulateMedia({ media: 'print' });
  const seen = (selector) => page.locator(selector).first().isVisible();
  check(!(await seen('nav')) && !(await seen('div.try')), `${name} in print: no contents to click, nothing to try`);
  check((await seen('h1')) && (await seen('.verdict .headline')), `${name} in print: the verdict is there`);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
  check(pages > 2, `${name} in print: it has pages`, pages);
  check(bad.length === 0, `${name} in print: the console is silent and nothing is requested`, bad.join('\n    '));
  await close();
}

/** The table of results, row by row. */
function table(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('#try-table tbody tr')].map((row) => ({
      unit: row.dataset.unit,
      official: row.dataset.official ?? null,
      score: row.dataset.score ?? null,
      rank: row.dataset.rank ?? null,
    })),
  );
}

/** Words of a shell's command line; quotes are single ones. */
function shellWords(line) {
  return [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map((m) => m[0].replaceAll("'", ''));
}

/** Runs the command that the page shows, and compares the page's table with what it prints. */
async function compare(page, place) {
  const command = await page.locator('#explorer-command').textContent();
  const [program, ...args] = shellWords(command);
  check(program === 'gradus' && args[0] === 'whatif', `${place}: the page shows the command`, command);
  const rows = JSON.parse(run([...args, '--format', 'json']).replace(/:\s*(-?\d[\d.eE+-]*)/g, ': "$1"')).whatif;
  const shown = await table(page);
  check(shown.length > 0 && shown.length === rows.length, `${place}: as many units as on the command line`, `${shown.length} and ${rows.length}`);
  for (const row of rows) {
    const mine = shown.find((r) => r.unit === row.unit);
    const same = (a, b) => (a === null || a === undefined ? b === null || b === undefined : String(a) === String(b));
    check(
      mine && same(mine.official, row.official_score) && same(mine.score, row.score) && same(mine.rank, row.rank),
      `${place}: ${row.unit} to the digit`,
      JSON.stringify([mine, row]),
    );
  }
  return rows.filter((row) => row.official_score !== row.score || row.official_rank !== row.rank).length;
}

const settled = (page) => page.waitForTimeout(150).then(() => page.waitForFunction(() => document.getElementById('explorer').dataset.state !== 'loading'));
const banner = (page) => page.locator('.try .banner [role="status"]').textContent();

async function explorer(name, file) {
  const { page, bad, close } = await open(file, {});
  await started(page);
  const official = await table(page);
  check(official.every((r) => r.official === r.score), `${name}: nothing tried, the official result`);
  check((await banner(page)).includes('official'), `${name}: and it says so`);

  // A slider, moved by the keyboard.
  const slider = page.locator('input[type="range"]:visible').first();
  if ((await slider.count()) > 0) {
    await slider.focus();
    for (let n = 0; n < 7; n += 1) await page.keyboard.press('ArrowRight');
    await settled(page);
    check((await compare(page, `${name}, a slider`)) > 0, `${name}: a slider moves something`);
    check((await banner(page)).includes('not the ratified one'), `${name}: the banner says whose version it is`, await banner(page));
    check((await table(page)).every((r) => r.official === official.find((o) => o.unit === r.unit).official), `${name}: the official result stays`);
    // A fraction, typed.
    const text = page.locator('input[data-weight-text]:visible').last();
    await text.fill('2/7');
    await settled(page);
    await compare(page, `${name}, a fraction`);
  }
  // Every third indicator's figure, a tenth more.
  const indicators = page.locator('#try-indicator');
  const codes = (await indicators.count()) > 0 ? await indicators.locator('option').evaluateAll((all) => all.map((o) => o.value)) : [];
  for (const code of codes.filter((_, n) => n % 3 === 0).slice(0, 4)) {
    await indicators.selectOption(code);
    const value = page.locator('#try-value');
    if ((await value.evaluate((e) => e.tagName)) === 'SELECT') await value.selectOption({ index: 1 });
    else await value.fill(String(Number((await value.inputValue()) || '1') * 1.1));
    await settled(page);
  }
  if (codes.length > 0) await compare(page, `${name}, figures`);
  // A threshold.
  const step = page.locator('#try-thresholds input[type="text"]').last();
  if ((await step.count()) > 0) {
    await step.fill(String(Number(await step.inputValue()) * 1.25));
    await settled(page);
    await compare(page, `${name}, a threshold`);
  }
  // What the engine refuses leaves the last answer and says why.
  const value = page.locator('#try-value');
  if ((await value.count()) > 0 && (await value.evaluate((e) => e.tagName)) === 'INPUT') {
    const before = await value.inputValue();
    await value.fill('NaN');
    await settled(page);
    check((await page.locator('.try .fault').textContent()).includes('NaN'), `${name}: a figure that is none is refused with its reason`);
    await value.fill(before);
    await settled(page);
    check((await page.locator('.try .fault').textContent()) === '', `${name}: and the reason goes with it`);
  }
  // Another node, and the link.
  const nodes = await page.locator('#try-node option').evaluateAll((all) => all.map((o) => o.value));
  await page.locator('#try-node').selectOption(nodes[1]);
  await settled(page);
  await compare(page, `${name}, node ${nodes[1]}`);
  const link = await page.locator('#try-link').inputValue();
  const mine = JSON.stringify(await table(page));
  const found = await violations(page);
  check(found.length === 0, `${name}: axe-core finds nothing serious in what was tried`, found.join('\n    '));
  const again = await open(file, {}, new URL(link).hash);
  await started(again.page);
  check(JSON.stringify(await table(again.page)) === mine, `${name}: the link restores the version`, link);
  check(again.bad.length === 0, `${name}: the link's page is silent`, again.bad.join('\n    '));
  await again.close();
  // By the keyboard alone: to the button, and back.
  await page.locator('#try-reset').focus();
  await page.keyboard.press('Enter');
  await settled(page);
  await page.locator('#try-node').selectOption(nodes[0]);
  await settled(page);
  check(JSON.stringify(await table(page)) === JSON.stringify(official), `${name}: the official result comes back`);
  check(bad.length === 0, `${name}: the console stays silent and nothing is requested`, bad.join('\n    '));
  await close();

  // Links that nobody made here.
  for (const hash of ['#try=%7B', '#try=null', '#try=%7B%22weights%22%3A%5B%5B%22%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22%2C%221%22%5D%5D%7D', '#try=%E0%A4%A']) {
    const hostile = await open(file, {}, hash);
    await started(hostile.page);
    const rows = await table(hostile.page);
    check(rows.length === official.length && rows.every((r) => r.official === r.score), `${name}: ${hash} shows the official result`);
    check((await hostile.page.locator('.try .fault').textContent()) !== '', `${name}: ${hash} is refused with its reason`);
    check(hostile.bad.length === 0, `${name}: ${hash} does nothing else`, hostile.bad.join('\n    '));
    await hostile.close();
  }
  // Without scripts the section says what to do instead.
  const still = await open(file, { javaScriptEnabled: false });
  check(await still.page.locator('#explorer-note').isVisible(), `${name} without scripts: the section says what it needs`);
  check((await still.page.locator('#explorer-command').textContent()).startsWith(`gradus whatif ${name} --weight`), `${name} without scripts: and gives the command`);
  await still.close();
}

try {
  for (const name of PACKAGES) {
    const file = join(out, `${name}.html`);
    run(['report', name, '--lang', name === 'changchun-2018' ? 'zh,en' : 'en,zh', '--out', file]);
    check(statSync(file).size < LARGEST, `${name}: below ${LARGEST / 1e6} MB`, statSync(file).size);
    await layout(name, file);
    await explorer(name, file);
    console.log(`${name}: done`);
  }
} finally {
  await browser.close();
  rmSync(out, { recursive: true, force: true });
}
console.log(`${checks - failures} of ${checks} checks hold`);
process.exit(failures > 0 ? 1 : 0);
