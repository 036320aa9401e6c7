// Runs on any Node, however old, to say what is wrong; only then loads the real program.
var fs = require("fs");
var path = require("path");

var root = path.dirname(__dirname);
var main = path.join(root, "dist", "main.cjs");
var version = process.versions.node.split(".").map(Number);

if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  refuse("vmctl needs Node.js 20.19 or newer; this is " + process.versions.node + " (" + process.execPath + ")");
} else if (!fs.existsSync(main)) {
  refuse("vmctl is not built yet: run  npm ci && npm run build  in " + root);
} else {
  // Deprecations are for those who change the program, not for those who use it.
  process.noDeprecation = true;
  require(main);
}

function refuse(message) {
  process.stderr.write(message + "\n");
  process.exitCode = 1;
}
