// The counter. What is done goes into a queue on the device first, then to the house, as often as it takes.
const $ = (id) => document.getElementById(id);
const root = $("till"), words = $("words").dataset, digits = Number(root.dataset.digits);
const money = new Intl.NumberFormat(root.dataset.language, { style: "currency", currency: root.dataset.currency });
const shown = (minor) => money.format(minor / 10 ** digits);
const HEAD = { "X-Till": "1", "Content-Type": "application/json" };
const PATIENCE = 6000; // how long the counter waits for an answer before it goes on without
let basket = { lines: [], codes: [], who: null, known: null };
let up = navigator.onLine, busy = false;

// A small store on the device: actions that wait, and the last sales.
const store = new Promise((done, fail) => {
  const asked = indexedDB.open("till", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
    asked.result.createObjectStore("sales", { keyPath: "id" });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
async function within(name, mode, act) {
  const change = (await store).transaction(name, mode), asked = act(change.objectStore(name));
  return new Promise((done, fail) => {
    change.oncomplete = () => done(asked.result);
    change.onerror = () => fail(change.error);
  });
}
const waiting = () => within("queue", "readonly", (kept) => kept.getAll());
const keep = (sale) => within("sales", "readwrite", (kept) => kept.put(sale));
const drop = (id) => within("sales", "readwrite", (kept) => kept.delete(id));

// The line to the house.
async function fetched(path, options = {}) {
  const answer = await fetch(path, { headers: HEAD, credentials: "same-origin", ...options });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
async function ask(path) {
  try {
    const said = await fetched(path);
    up = true;
    return said;
  } catch (problem) {
    up = false;
    throw problem;
  } finally { state(); }
}
async function send() {
  if (busy) return;
  busy = true;
  try {
    for (let queue = await waiting(); queue.length; queue = await waiting()) {
      const some = queue.slice(0, 50), body = JSON.stringify({ actions: some.map((one) => one.action) });
      const { answers } = await fetched("/till/sync", { method: "POST", body });
      for (const [i, said] of answers.entries()) await settle(some[i], said);
    }
    up = true;
  } catch { up = false; } finally { busy = false; state(); }
}
const listeners = new Map();
async function settle({ n, action }, said) {
  await within("queue", "readwrite", (kept) => kept.delete(n));
  const hear = listeners.get(action.id);
  listeners.delete(action.id);
  if (hear) hear(said);
  else if (!said.ok) note(`${action.kind} ${words.lost} ${said.sentence}`);
  if (action.kind === "sale") await (said.ok ? keep(action) : drop(action.id));
}
async function put(action) {
  action.id = crypto.randomUUID();
  action.at = Date.now();
  const heard = new Promise((done) => listeners.set(action.id, done));
  await within("queue", "readwrite", (kept) => kept.add({ action }));
  const sent = send().then(() => new Promise((done) => setTimeout(done, up ? PATIENCE : 0, null)));
  const said = await Promise.race([heard, sent, new Promise((done) => setTimeout(done, PATIENCE, null))]);
  listeners.delete(action.id);
  return said;
}
async function state() {
  const count = (await waiting()).length, line = $("line");
  line.textContent = (up ? line.dataset.up : line.dataset.down) + (count ? ` · ${count} ${line.dataset.waiting}` : "");
  line.className = `tag ${up && !count ? "good" : "warn"}`;
}
const note = (text) => { $("problem").textContent = text; };

// Who.
function typed(text) {
  if (text.includes("@")) return { email: text };
  return /^\+?[\d\s().\/-]{6,}$/.test(text) ? { phone: text } : { code: text };
}
async function find(text) {
  basket.known = basket.who = null;
  for (const id of ["new", "add", "known"]) $(id).hidden = true;
  $("who-said").textContent = "";
  if (text) {
    try {
      const { found, sentence } = await ask(`/till/find?q=${encodeURIComponent(text)}`);
      $("who-said").textContent = sentence;
      if (found) { basket.who = typed(text); know(found); } else $("add").hidden = false;
    } catch {
      basket.who = typed(text);
      $("who-said").textContent = words.offline;
      $("add").hidden = false;
    }
  }
  draw();
}
function know(found) {
  basket.known = found;
  $("known").hidden = false;
  $("known-name").textContent = found.name;
  $("known-tier").textContent = found.tier || "";
  $("known-tier").hidden = !found.tier;
  const later = found.pending ? ` (+${found.pending} ${words.pending})` : "";
  $("known-points").textContent = found.unit ? `${found.points} ${found.unit}${later}` : "";
  const like = found.suggested || [];
  $("known-suggested").textContent = like.length ? `${$("known-suggested").dataset.words}: ${like.join(", ")}` : "";
  $("points").max = found.points || 0;
  offer(found);
}
// Rewards within reach: a first press asks, the second one takes the points.
function offer(found) {
  const say = $("rewards").dataset;
  $("rewards").replaceChildren();
  for (const one of found.rewards || []) {
    const price = `${one.points} ${found.unit}`;
    const take = button(`${say.take} ${price}`, () => {
      if (take.dataset.sure) return reward(one);
      take.dataset.sure = "1";
      take.textContent = `${say.sure} ${price}`;
      setTimeout(() => { delete take.dataset.sure; take.textContent = `${say.take} ${price}`; }, PATIENCE);
    });
    item($("rewards"), one.name, take);
  }
}
async function reward(one) {
  const known = basket.known, say = $("rewards").dataset;
  for (const every of $("rewards").querySelectorAll("button")) every.disabled = true; // a double click takes one
  try { await ask("/till/sales"); } catch { note(words.online); return know(known); }
  const said = await put({ kind: "reward", reward: one.id, customer: basket.who });
  if (said && said.ok) {
    known.points -= said.points;
    known.rewards = known.rewards.filter((other) => other.points <= known.points);
    basket.codes.push(said);
  }
  note(said && !said.ok ? said.sentence : "");
  $("who-said").textContent = !said ? say.late : said.ok ? `${said.name}: ${said.code}. ${say.taken}` : "";
  know(known);
  draw();
}
$("find").addEventListener("submit", (event) => { event.preventDefault(); find($("q").value.trim()); });
$("add").addEventListener("click", () => {
  const form = $("new"), who = typed($("q").value.trim());
  form.hidden = false;
  form.email.value = who.email || "";
  form.phone.value = who.phone || "";
  (who.email ? form.elements.name : form.email).focus();
});
$("new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, field = (name) => form.elements[name].value.trim();
  const consent = { email: form.email_ok.checked, sms: Boolean(form.sms_ok && form.sms_ok.checked) };
  const who = { email: field("email"), phone: field("phone"), name: field("name") };
  const said = await put({ kind: "join", customer: { ...who, consent, asked: true } });
  if (said && !said.ok) { $("who-said").textContent = said.sentence; return; }
  basket.who = who;
  form.hidden = $("add").hidden = true;
  $("who-said").textContent = words.noted;
  know({ name: who.name || who.email || who.phone });
  form.reset();
  draw();
});
$("forget").addEventListener("click", () => { $("q").value = ""; find(""); $("q").focus(); });
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  $("scan").hidden = false;
  $("scan").addEventListener("click", scan);
}
async function scan() {
  const camera = $("camera"), stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  camera.srcObject = stream;
  camera.hidden = false;
  await camera.play();
  const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "ean_13"] });
  let seen = null;
  while (!seen && !camera.hidden) {
    [seen] = await detector.detect(camera).catch(() => []);
    await new Promise(requestAnimationFrame);
  }
  stream.getTracks().forEach((track) => track.stop());
  camera.hidden = true;
  if (seen) find($("q").value = seen.rawValue.split("/").pop());
}

// What.
function amount(text) {
  const plain = text.trim().replace(/\s/g, "").replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** digits) : null;
}
$("line-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const each = amount($("amount").value), quantity = Math.max(1, Math.round(Number($("quantity").value) || 1));
  if (each === null) return note(words.number);
  const chosen = document.querySelector('input[name="category"]:checked');
  basket.lines.push({ amount: each * quantity, quantity, category: chosen ? chosen.value : "" });
  $("amount").value = "";
  $("quantity").value = 1;
  note("");
  $("amount").focus();
  draw();
});
$("code-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("code").value.trim();
  if (!text) return;
  try {
    const said = await ask(`/till/code?code=${encodeURIComponent(text)}`);
    if (!said.ok) return note(said.sentence);
    if (!basket.codes.some((one) => one.code === said.code)) basket.codes.push(said);
    $("code").value = "";
    note("");
  } catch { note(words.online); }
  draw();
});
$("points").addEventListener("input", draw);
const total = () => basket.lines.reduce((sum, line) => sum + line.amount, 0);
const points = () => (basket.known ? Math.max(0, Math.floor(Number($("points").value) || 0)) : 0);
function item(list, text, ...buttons) {
  const made = document.createElement("li"), label = document.createElement("span");
  label.textContent = text;
  made.append(label, ...buttons);
  list.append(made);
}
function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "small";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
function draw() {
  const off = (list, i) => button(words.remove, () => { list.splice(i, 1); draw(); });
  $("lines").replaceChildren();
  $("codes").replaceChildren();
  basket.lines.forEach((line, i) => item($("lines"), `${line.quantity > 1 ? `${line.quantity} × ` : ""}${line.category} ${shown(line.amount)}`, off(basket.lines, i)));
  basket.codes.forEach((one, i) => item($("codes"), `${one.code} ${one.name}`, off(basket.codes, i)));
  const known = basket.known, can = Boolean(known && known.points > 0);
  $("points-row").hidden = !can;
  if (can) $("points-worth").textContent = `${words.worth} ${shown(Math.floor(points() * known.worth[1] / known.worth[0]))} ${words.of} ${known.points} ${known.unit}`;
  $("ring").disabled = !basket.lines.length;
  const less = basket.codes.length || points() ? `, ${words.less}` : "";
  $("ring").textContent = `${$("ring").dataset.words} ${shown(total())}${less}`;
}
$("ring").addEventListener("click", async () => {
  $("ring").disabled = true;
  const sale = { kind: "sale", lines: basket.lines, codes: basket.codes.map((one) => one.code), points: points() };
  if (basket.who) sale.customer = basket.who;
  if (sale.points || sale.codes.length) { // these are taken while the house listens, or not at all
    try { await ask("/till/sales"); } catch { note(words.online); return draw(); }
  }
  const said = await put(sale);
  if (said && !said.ok) { note(said.sentence); return draw(); }
  if (!said) await keep(sale);
  const done = $("done-said").dataset, off = said && said.off ? ` (${shown(said.off)} ${done.off})` : "";
  $("done-said").textContent = `${done.pay}: ${shown(said ? said.to_pay : total())}${off}${said ? "" : `. ${done.later}`}`;
  $("done").hidden = false;
  fresh();
  $("next").focus();
});
function fresh() {
  basket = { lines: [], codes: [], who: null, known: null };
  $("q").value = "";
  $("points").value = 0;
  note("");
  find("");
  if ($("last").open) sales();
}
$("next").addEventListener("click", () => { $("done").hidden = true; $("q").focus(); });

// The last sales, and what is brought back.
async function sales() {
  let list;
  try { list = (await ask("/till/sales")).sales; } catch {
    const kept = await within("sales", "readonly", (all) => all.getAll());
    list = kept.sort((a, b) => b.at - a.at).slice(0, 20).map((one) => ({ ...one, back: one.lines.map(() => 0) }));
  }
  const box = $("sales"), say = box.dataset;
  box.replaceChildren();
  if (!list.length) item(box, say.none);
  for (const sale of list) {
    const left = sale.lines.map((line, i) => line.quantity - (sale.back[i] || 0)), first = left.findIndex((n) => n > 0);
    const sum = sale.lines.reduce((all, line) => all + line.amount, 0);
    const time = new Date(sale.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const buttons = [];
    if (first >= 0) buttons.push(button(say.back, () => bring(sale.id, null)));
    if (left.reduce((a, b) => a + b, 0) > 1) buttons.push(button(say.piece, () => bring(sale.id, left.map((_, i) => Number(i === first)))));
    item(box, `${time} ${sale.lines.map((line) => line.category).join(", ")} ${shown(sum)}`, ...(buttons.length ? buttons : [say.gone]));
  }
}
async function bring(sale, pieces) {
  for (const one of $("sales").querySelectorAll("button")) one.disabled = true; // a double click is one return
  const said = await put({ kind: "return", sale, ...(pieces && { pieces }) });
  note(said && !said.ok ? said.sentence : "");
  sales();
}
$("last").addEventListener("toggle", () => { if ($("last").open) sales(); });

addEventListener("online", send);
addEventListener("offline", () => { up = false; state(); });
setInterval(send, 15000);
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/till/worker.js", { scope: "/till/" });
draw();
send();
