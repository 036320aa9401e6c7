import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import type { EtcdServer } from "./etcd.ts";

type Ask = (path: string, body: object) => Promise<void>;

/**
 * etcd's JSON gateway, for what would take a process of etcdctl each: `ask("auth/role/add", {name})` fails with etcd's
 * own words. For a server with TLS on which authentication is off: the gateway does not hand on whose certificate it saw.
 */
export async function throughGateway(etcd: EtcdServer, work: (ask: Ask) => Promise<void>): Promise<void> {
  const credentials = await etcd.certificates?.credentials("root");
  if (!credentials) throw new Error("this etcd has no certificates");
  const agent = new Agent({ keepAlive: true, ...credentials });
  const ask: Ask = async (path, body) => {
    const asked = request(`${etcd.endpoint}/v3/${path}`, { method: "POST", agent });
    asked.end(JSON.stringify(body));
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const said = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${said}`);
  };
  try {
    await work(ask);
  } finally {
    agent.destroy();
  }
}
