import type { Command } from "commander";
import { resolveSettings } from "../../config/resolve-settings.ts";
import { addSettingFlags } from "../../config/setting-flags.ts";
import { addTalkFlags } from "../talk/talk-flags.ts";
import { CLIENT_SETTINGS } from "./connection-settings.ts";
import type { ClientSettings } from "./find-connection.ts";

/** The flags every command that talks to etcd has, listed apart in its help. */
export function addClientFlags(command: Command): Command {
  command.optionsGroup("Connection:");
  addSettingFlags(command, CLIENT_SETTINGS);
  return addTalkFlags(command);
}

/** What they, and the environment, say. */
export const clientSettings = (command: Command): ClientSettings =>
  resolveSettings(CLIENT_SETTINGS, { flags: command.opts(), environment: process.env }).values;
