// A whole Bluesky network on this machine: data server, app view, moderation, directory. It says where it is in one
// line of JSON, and ends when who started it does (its standard input closes).
import { TestNetwork } from "@atproto/dev-env";

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
process.stdin.on("close", () => process.exit(0));

const network = await TestNetwork.create({
  pds: { hostname: "localhost", enableDidDocWithSession: true, inviteRequired: false },
  bsky: { dbPostgresSchema: "bsky" },
});
process.stdout.write(JSON.stringify({ pds: network.pds.url, bsky: network.bsky.url, plc: network.plc.url }) + "\n");
