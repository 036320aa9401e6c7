import type { CommandEntry } from "./command-entry.ts";

const LOOK = "Look:";
const CHANGE = "Change:";
const POWER = "Power:";
const PROGRAMS = "Programs:";
const ADMINISTER = "Administer:";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "get",
    summary: "list objects, or show some by name",
    group: LOOK,
    load: async () => (await import("./commands/get-command.ts")).registerGet,
  },
  {
    name: "describe",
    summary: "show objects in full, and what they wait for",
    group: LOOK,
    load: async () => (await import("./commands/describe-command.ts")).registerDescribe,
  },
  {
    name: "events",
    summary: "what happened of late",
    group: LOOK,
    load: async () => (await import("./commands/events-command.ts")).registerEvents,
  },
  {
    name: "wait",
    summary: "wait until objects are in a state, or gone",
    group: LOOK,
    load: async () => (await import("./commands/wait-command.ts")).registerWait,
  },
  {
    name: "explain",
    summary: "what a kind or a field means; where an instance would go, and why not",
    group: LOOK,
    load: async () => (await import("./commands/explain-command.ts")).registerExplain,
  },
  {
    name: "schema",
    summary: "print the schema of manifests, for editors",
    group: LOOK,
    load: async () => (await import("./commands/schema-command.ts")).registerSchema,
  },
  {
    name: "api-resources",
    summary: "list the kinds there are",
    group: LOOK,
    load: async () => (await import("./commands/api-resources-command.ts")).registerApiResources,
  },
  {
    name: "apply",
    summary: "create or change objects from manifests",
    group: CHANGE,
    load: async () => (await import("./commands/apply-command.ts")).registerApply,
  },
  {
    name: "diff",
    summary: "show what apply would change, and what that does to guests",
    group: CHANGE,
    load: async () => (await import("./commands/diff-command.ts")).registerDiff,
  },
  {
    name: "run",
    summary: "make an instance from a request in etcd-compute's form",
    group: CHANGE,
    load: async () => (await import("./commands/run-command.ts")).registerRun,
  },
  {
    name: "create",
    summary: "create objects from manifests",
    group: CHANGE,
    load: async () => (await import("./commands/create-command.ts")).registerCreate,
  },
  {
    name: "replace",
    summary: "replace objects by what manifests say",
    group: CHANGE,
    load: async () => (await import("./commands/replace-command.ts")).registerReplace,
  },
  {
    name: "patch",
    summary: "change fields of objects",
    group: CHANGE,
    load: async () => (await import("./commands/patch-command.ts")).registerPatch,
  },
  {
    name: "edit",
    summary: "edit objects in a text editor",
    group: CHANGE,
    load: async () => (await import("./commands/edit-command.ts")).registerEdit,
  },
  {
    name: "label",
    summary: "set or remove labels",
    group: CHANGE,
    load: async () => (await import("./commands/label-command.ts")).registerLabel("label"),
  },
  {
    name: "annotate",
    summary: "set or remove annotations",
    group: CHANGE,
    load: async () => (await import("./commands/label-command.ts")).registerLabel("annotate"),
  },
  {
    name: "delete",
    summary: "delete objects by name or manifest",
    group: CHANGE,
    load: async () => (await import("./commands/delete-command.ts")).registerDelete,
  },
  {
    name: "scale",
    summary: "set how many instances a set has",
    group: CHANGE,
    load: async () => (await import("./commands/scale-command.ts")).registerScale,
  },
  {
    name: "rollout",
    summary: "follow, list, undo and restart rollouts of sets",
    group: CHANGE,
    load: async () => (await import("./commands/rollout-command.ts")).registerRollout,
  },
  {
    name: "recreate",
    summary: "build instances anew from their image",
    group: CHANGE,
    load: async () => (await import("./commands/recreate-command.ts")).registerRecreate,
  },
  {
    name: "start",
    summary: "start instances",
    group: POWER,
    load: async () => (await import("./commands/power-command.ts")).registerPower("start"),
  },
  {
    name: "stop",
    summary: "stop instances",
    group: POWER,
    load: async () => (await import("./commands/power-command.ts")).registerPower("stop"),
  },
  {
    name: "restart",
    summary: "restart instances",
    group: POWER,
    load: async () => (await import("./commands/power-command.ts")).registerPower("restart"),
  },
  {
    name: "cordon",
    summary: "let no new instances onto a hypervisor",
    group: ADMINISTER,
    load: async () => (await import("./commands/cordon-command.ts")).registerCordon("cordon"),
  },
  {
    name: "uncordon",
    summary: "let new instances onto a hypervisor again",
    group: ADMINISTER,
    load: async () => (await import("./commands/cordon-command.ts")).registerCordon("uncordon"),
  },
  {
    name: "recover",
    summary: "write objects again that were lost outside vmctl",
    group: ADMINISTER,
    load: async () => (await import("./commands/recover-command.ts")).registerRecover,
  },
  {
    name: "gc",
    summary: "remove from Placement what nobody owns",
    group: ADMINISTER,
    load: async () => (await import("./commands/gc-command.ts")).registerGc,
  },
  {
    name: "auth",
    summary: "what etcd is, and what this user may do in it",
    group: ADMINISTER,
    load: async () => (await import("./commands/auth-command.ts")).registerAuth,
  },
  {
    name: "config",
    summary: "the control planes this user knows",
    group: ADMINISTER,
    load: async () => (await import("./commands/config-command.ts")).registerConfig,
  },
  {
    name: "completion",
    summary: "print the script that completes words in a shell",
    group: ADMINISTER,
    load: async () => (await import("./commands/completion-command.ts")).registerCompletion,
  },
  {
    name: "cluster-info",
    summary: "what runs: etcd, controller, hypervisors, placement",
    group: ADMINISTER,
    load: async () => (await import("./commands/cluster-info-command.ts")).registerClusterInfo,
  },
  {
    name: "version",
    summary: "print the versions of this program and of what runs",
    group: ADMINISTER,
    load: async () => (await import("./commands/version-command.ts")).registerVersion,
  },
  {
    name: "doctor",
    summary: "look at every precondition: ok, or how to mend it",
    group: ADMINISTER,
    load: async () => (await import("../doctor/command.ts")).registerDoctor,
  },
  {
    name: "up",
    summary: "run a trial control plane on this machine",
    group: PROGRAMS,
    load: async () => (await import("../up/command.ts")).registerUp,
  },
  {
    name: "down",
    summary: "stop it; guests run on",
    group: PROGRAMS,
    load: async () => (await import("../up/down-command.ts")).registerDown,
  },
  {
    name: "controller",
    summary: "run the cluster-wide controllers",
    group: PROGRAMS,
    load: async () => (await import("../controller/command.ts")).registerController,
  },
  {
    name: "node",
    summary: "run the node controller of this host",
    group: PROGRAMS,
    load: async () => (await import("../node/command.ts")).registerNode,
  },
  {
    name: "fleet",
    summary: "run simulated hypervisors, many in one process",
    group: PROGRAMS,
    load: async () => (await import("../fleet/command.ts")).registerFleet,
  },
  {
    name: "placement",
    summary: "serve OpenStack Placement's HTTP API",
    group: PROGRAMS,
    load: async () => (await import("../placement/command.ts")).registerPlacement,
  },
];
