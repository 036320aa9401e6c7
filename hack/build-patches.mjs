// What the bundle changes in libraries: each for the start of a command line, none for what a library does. A library
// that has changed fails the build (the text is not found), never the start.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Each: which files, what stands there (every one must be found once), what stands there instead. `to` may be a
 * function of the file's path.
 */
const PATCHES = [
  {
    // etcd3 reads and parses its .proto files when loaded, by a path relative to its own source. In the bundle there
    // is no such path: they are parsed now, and the module gets the finished descriptor.
    file: /[\\/]etcd3[\\/]lib[\\/]connection-pool\.js$/,
    changes: [
      [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text as it stands in etcd3
        "(0, proto_loader_1.loadSync)(`${__dirname}/../proto/rpc.proto`,",
        (path) => `(0, proto_loader_1.fromJSON)(${etcdMessages(path)},`,
      ],
    ],
  },
  {
    // It describes every message once more for servers with reflection, at every start: 40 ms that no client needs.
    file: /[\\/]@grpc[\\/]proto-loader[\\/]build[\\/]src[\\/]index\.js$/,
    // Its own copy, for what only servers ask.
    except: /[\\/]grpc-js[\\/]/,
    changes: [
      ['const descriptor = require("protobufjs/ext/descriptor");', "const descriptor = undefined;"],
      ["    const messageDescriptor = message.toDescriptor('proto3');\n", ""],
      ["    const enumDescriptor = enumType.toDescriptor('proto3');\n", ""],
      ["type: messageDescriptor.$type.toObject(messageDescriptor, descriptorOptions),", "type: undefined,"],
      ["type: enumDescriptor.$type.toObject(enumDescriptor, descriptorOptions),", "type: undefined,"],
      ["const descriptorList = root.toDescriptor('proto3').file;", "const descriptorList = [];"],
    ],
  },
  {
    // Of the code that is generated per message, nobody calls the verifier.
    file: /[\\/]protobufjs[\\/]src[\\/]type\.js$/,
    changes: [
      [
        "this.verify = verifier(this)({\n        types : types,\n        util  : util\n    });",
        "this.verify = (message) => (this.verify = verifier(this)({ types, util }))(message);",
      ],
    ],
  },
  {
    // ICU's tables take 20 ms to load, and our tables are mostly ASCII, which it answers before it needs them.
    file: /[\\/]string-width[\\/]index\.js$/,
    changes: [
      ["const segmenter = new Intl.Segmenter();", "let segmenter;"],
      [
        "const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;",
        'let rgiEmojiRegex = { test: (text) => (rgiEmojiRegex = new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(text) };',
      ],
      ["segmenter.segment(string)", "(segmenter ??= new Intl.Segmenter()).segment(string)"],
    ],
  },
];

/** An esbuild plugin. */
export const patchedLibraries = {
  name: "patched-libraries",
  setup(builder) {
    for (const { file, except, changes } of PATCHES) {
      builder.onLoad({ filter: file }, ({ path }) => {
        if (except?.test(path)) return undefined;
        let contents = readFileSync(path, "utf8");
        for (const [from, to] of changes) {
          if (contents.split(from).length !== 2) {
            return { errors: [{ text: `${path} is different now: adapt hack/build-patches.mjs (${from})` }] };
          }
          contents = contents.replace(from, () => (typeof to === "string" ? to : to(path)));
        }
        return { contents };
      });
    }
  },
};

function etcdMessages(path) {
  const require = createRequire(path);
  const { Root } = createRequire(require.resolve("@grpc/proto-loader"))("protobufjs");
  // The same option etcd3 passes to the loader; the others concern the conversion of messages.
  const root = new Root().loadSync(join(dirname(path), "..", "proto", "rpc.proto"), { keepCase: true });
  return JSON.stringify(root.toJSON());
}
