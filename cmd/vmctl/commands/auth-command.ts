import type { Command } from "commander";
import { ROLES } from "../../../resources/roles.ts";
import { addClientFlags } from "../connection/client-flags.ts";

const EXAMPLES = `
Examples:
  vmctl auth check                        what etcd says of itself, what this user may do
  vmctl auth check --role=controller --cert=controller.pem --key=controller-key.pem
  vmctl auth check --role=node:host-1     exit status 1 if a right of that role is missing`;

export function registerAuth(program: Command): void {
  const auth = program.command("auth").description("Who may do what in etcd.");
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
  auth
    .command("commands [hypervisor...]")
    .description("Print the etcdctl commands that make the roles and users of controller and nodes. Runs none of them.")
    .action(async (hosts: string[]) => {
      const { authCommands } = await import("./auth-commands.ts");
      process.stdout.write(`${authCommands(hosts).join("\n")}\n`);
    });
}
