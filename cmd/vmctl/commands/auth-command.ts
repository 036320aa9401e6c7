import type { Command } from "commander";
import { ROLES } from "../../../resources/roles.ts";
import { addClientFlags } from "../connection/client-flags.ts";

export interface CanIFlags {
  readonly allNamespaces?: boolean;
  readonly list?: boolean;
}

const EXAMPLES = `
Examples:
  vmctl auth check                        what etcd says of itself, what this user may do
  vmctl auth check --role=controller --cert=controller.pem --key=controller-key.pem
  vmctl auth check --role=node:host-1     exit status 1 if a right of that role is missing`;

export function registerAuth(program: Command): void {
  const auth = program
    .command("auth")
    .description("Who may do what in etcd.")
    .addHelpText(
      "after",
      "\nExamples:\n  vmctl auth check\n  vmctl auth can-i create instances\n  vmctl auth commands host-1",
    );
  const check = auth
    .command("check")
    .description("Ask etcd what it is and try, without changing anything, what this user may read and write.")
    .option("--role <role>", `the role it shall have: ${Object.keys(ROLES).join(", ")} or node:HOST`)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: { role?: string }, self: Command) => {
      const { runAuthCheck } = await import("./auth-check.ts");
      await runAuthCheck(flags.role, self);
    });
  addClientFlags(check);
  registerCanI(auth);
  auth
    .command("commands [hypervisor...]")
    .description("Print the etcdctl commands that make the roles and users of controller and nodes. Runs none of them.")
    .addHelpText(
      "after",
      "\nExamples:\n  vmctl auth commands host-1 host-2 > roles.sh     read it, then run it as etcd's root",
    )
    .action(async (hosts: string[]) => {
      const { authCommands } = await import("./auth-commands.ts");
      process.stdout.write(`${authCommands(hosts).join("\n")}\n`);
    });
}

const CAN_I_EXAMPLES = `
Examples:
  vmctl auth can-i create instances -n team
  vmctl auth can-i delete instance/web-1
  vmctl auth can-i watch hypervisors
  vmctl auth can-i --list                 all that this user may do

Exit status 1 for no; which right is missing, and who usually has it, stands on standard error.`;

function registerCanI(auth: Command): void {
  const canI = auth
    .command("can-i [verb] [kind] [name]")
    .description("Ask etcd whether this user may do something to objects of a kind, without doing it.")
    .option("-A, --all-namespaces", "in every namespace")
    .option("--list", "what this user may do at all")
    .addHelpText("after", CAN_I_EXAMPLES)
    .action(async (verb: string | undefined, kind: string | undefined, name: string | undefined, ...rest) => {
      const [flags, self] = rest as [CanIFlags, Command];
      const { runCanI } = await import("./auth-can-i.ts");
      await runCanI([verb, kind, name], flags, self);
    });
  addClientFlags(canI);
}
