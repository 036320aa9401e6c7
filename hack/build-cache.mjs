// Compiles dist/vmctl.cjs ahead of its start: runs what most command lines run, without a server, and keeps the code that
// V8 made of it. A process of its own, started by build.mjs:
//   node hack/build-cache.mjs FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

const folder = process.argv[2];
const filename = join(folder, "vmctl.cjs");
const manifest = join(folder, "warm-up.yaml");

/** Nothing listens at port 1: everything up to the first answer is run, and that an answer does not come. */
const COMMAND_LINES = [
  ["--help"],
  ["get", "--help"],
  ["get", "instances", "--endpoints", "127.0.0.1:1", "--request-timeout", "100ms"],
  ["apply", "-f", manifest, "--dry-run=client"],
];
const MANIFEST = `
apiVersion: compute.vmctl/v1alpha1
kind: Instance
metadata: {name: web-1}
spec: {image: {name: tiny}, resources: {vcpu: 1, memory: 256Mi, disk: 1Gi}}
`;

const script = new Script(readFileSync(filename, "latin1"), { filename });
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(filename), program, filename);
writeFileSync(manifest, MANIFEST);
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (_text, ...rest) => {
    rest.find((each) => typeof each === "function")?.();
    return true;
  };
}
for (const words of COMMAND_LINES) await program.exports.vmctl(words);
writeFileSync(`${filename}.cache`, script.createCachedData());
process.exit(0);
