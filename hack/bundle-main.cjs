// dist/main.cjs: runs the program in vmctl.cjs, as far as possible from the code that V8 compiled when it was built
// (vmctl.cjs.cache). Another version of Node does not take that, and compiles for itself: slower, otherwise the same.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const filename = join(__dirname, "vmctl.cjs");
const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: compiledCode() });
const program = { exports: {} };
script.runInThisContext()(program.exports, require, program, filename);
program.exports.vmctl(process.argv.slice(2));

function compiledCode() {
  try {
    return readFileSync(`${filename}.cache`);
  } catch {
    return undefined;
  }
}
