// Runs the explorer's module in Node.js on cases that were answered natively, and compares the answers byte for byte.
//
//     node tests/browser/module.mjs crates/explorer/module/explorer.wasm.gz CASES.json
//
// The test `explorer` of the crate `gradus` writes the cases and calls this. Exit code: 0 the same, 1 an answer differs.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [modulePath, casesPath] = process.argv.slice(2);
const compiled = new WebAssembly.Module(gunzipSync(readFileSync(modulePath)));
const cases = JSON.parse(readFileSync(casesPath, 'utf8'));

if (WebAssembly.Module.imports(compiled).length > 0) {
  console.error('the module asks for something from outside:', WebAssembly.Module.imports(compiled));
  process.exit(1);
}

function start() {
  const { memory, input, output, open, answer } = new WebAssembly.Instance(compiled, {}).exports;
  const call = (run, text) => {
    const bytes = new TextEncoder().encode(text);
    const at = input(bytes.length); // may grow the memory, and so comes before its buffer is taken
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    const length = run();
    return new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length));
  };
  return { open: (text) => call(open, text), answer: (text) => call(answer, text) };
}

let same = 0;
let time = 0;
for (const { id, opening, about, asked, expected } of cases) {
  const session = start();
  const compare = (what, found, wanted) => {
    if (found === wanted) return;
    let at = 0;
    while (found[at] === wanted[at]) at += 1;
    console.error(`${id}, ${what}: differs from character ${at} on`);
    console.error(`  module:  ${found.slice(Math.max(0, at - 60), at + 60)}`);
    console.error(`  natively: ${wanted.slice(Math.max(0, at - 60), at + 60)}`);
    process.exit(1);
  };
  compare('what there is to try', session.open(opening), about);
  asked.forEach((text, i) => {
    const before = performance.now();
    const found = session.answer(text);
    time += performance.now() - before;
    compare(text.slice(0, 300), found, expected[i]);
    same += 1;
  });
}
console.log(`${same} answers are the same, ${(time / same).toFixed(1)} ms each`);
