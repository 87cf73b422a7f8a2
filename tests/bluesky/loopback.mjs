// Every port of this process is bound to 127.0.0.1: these servers would listen to the whole world.
import net from "node:net";

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...args) {
  const [first] = args;
  if (first !== null && typeof first === "object" && !first.path) {
    args[0] = { ...first, host: "127.0.0.1" };
  } else if (typeof first === "number" || first === undefined || (typeof first === "string" && /^\d+$/.test(first))) {
    const rest = args.slice(1).filter((one) => typeof one !== "string");
    args = [first ?? 0, "127.0.0.1", ...rest];
  }
  return listen.apply(this, args);
};
