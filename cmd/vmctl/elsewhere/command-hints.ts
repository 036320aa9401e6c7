import { API_VERSION } from "../../../resources/meta.ts";

/** What the same is called in kubectl, virsh, docker and shells. */
const OURS: Readonly<Record<string, string>> = {
  ...{ define: "apply -f FILE", undefine: "delete", destroy: "delete", rm: "delete", remove: "delete" },
  ...{ list: "get", ls: "get", ps: "get", status: "get", show: "describe", inspect: "describe" },
  ...{ shutdown: "stop", reboot: "restart", reset: "restart", ctx: "config get-contexts", options: "get --help" },
  ...{ "use-context": "config use-context", "get-contexts": "config get-contexts" },
  ...{ "current-context": "config current-context", "set-context": "config set-context" },
};

const IN_THE_GUEST = "vmctl does not reach into guests: ssh to the address that `vmctl get instance NAME` shows";
const KUSTOMIZE = "kustomize is kubectl's: kubectl kustomize DIR | vmctl apply -f -";

/** kubectl's commands that have nothing of the kind here: why, and what to do instead. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  "api-versions": `there is one, ${API_VERSION}: see vmctl api-resources`,
  attach: "vmctl does not reach into guests: virsh console NAMESPACE.NAME on the hypervisor of the instance",
  autoscale: "nothing scales by itself: vmctl scale instanceset/NAME --replicas=N",
  certificate: "certificates are made outside of vmctl: hack/certs makes them; vmctl auth check says what one may do",
  console: "vmctl does not reach into guests: virsh console NAMESPACE.NAME on the hypervisor of the instance",
  convert: `there is one version of every kind, ${API_VERSION}`,
  cp: "vmctl does not reach into guests: scp to the address that `vmctl get instance NAME` shows",
  debug: "vmctl describe KIND NAME says what an object waits for, vmctl doctor what a machine lacks",
  drain:
    "instances do not move yet: vmctl cordon HOST keeps new ones away, vmctl describe hypervisor HOST lists those there, " +
    "vmctl stop or vmctl delete ends them",
  exec: IN_THE_GUEST,
  expose: "there are no services: vmctl get instance NAME shows the address of a guest",
  kustomize: KUSTOMIZE,
  logs:
    "what a guest says stays in the guest: ssh, or virsh console NAMESPACE.NAME on its hypervisor; " +
    "vmctl events --for instance/NAME tells what happened to it",
  plugin: "there are no plugins",
  "port-forward": IN_THE_GUEST,
  proxy: "there is no API server to reach: vmctl talks to etcd itself",
  ssh: "vmctl does not reach into guests: ssh USER@ADDRESS, with the address that `vmctl get instance NAME` shows",
  set: "vmctl patch, vmctl edit or vmctl apply -f FILE changes any field (vmctl explain instance)",
  taint: "taints stand in the spec: vmctl edit hypervisor HOST (vmctl explain hypervisor.spec.taints)",
  top: "use is not measured: vmctl describe hypervisor HOST shows what instances take of it",
};

const SET_CONTEXT = "a context holds it all: vmctl config set-context NAME --endpoints URL --cacert FILE --cert FILE …";

/** Words behind a command of ours that kubectl has and we have not. */
const BEHIND: Readonly<Record<string, string>> = {
  "apply edit-last-applied": "vmctl edit KIND NAME",
  "apply set-last-applied": "who set a field is kept by itself",
  "apply view-last-applied": "vmctl get KIND NAME -o yaml --show-managed-fields shows who has set which field",
  "auth reconcile": "rights are etcd's: vmctl auth commands prints what makes the roles",
  "auth whoami": "you are whom your certificate names: vmctl auth check says what you may do",
  "cluster-info dump": "vmctl get all -A -o yaml, vmctl describe and vmctl events show it",
  "config delete-cluster": "a context holds it all: vmctl config delete-context NAME",
  "config delete-user": "a context holds it all: vmctl config delete-context NAME",
  "config get-clusters": "a context holds it all: vmctl config get-contexts",
  "config get-users": "a context holds it all: vmctl config get-contexts",
  "config set": SET_CONTEXT,
  "config set-cluster": SET_CONTEXT,
  "config set-credentials": SET_CONTEXT,
  "config unset": "an empty value takes a field away: vmctl config set-context --current --namespace ''",
  "config use": "vmctl config use-context NAME",
  "rollout pause": "vmctl rollout undo goes back; updateStrategy OnDelete keeps instances as they are",
  "rollout resume": "a rollout is never paused: vmctl rollout status says what it waits for",
};

/** What to say of a word that is no command: the end of a message; `undefined` if nobody calls anything so. */
export function commandHint(word: string): string | undefined {
  const ours = findIn(OURS, word);
  if (ours !== undefined) return `; did you mean "${ours}"?`;
  const why = findIn(NOT_OFFERED, word);
  return why === undefined ? undefined : `: ${why}`;
}

/** What to say of the second word of a command line that the first one does not know. */
export const wordBehindHint = (command: string, word: string): string | undefined =>
  findIn(BEHIND, `${command} ${word}`);

const findIn = (table: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
