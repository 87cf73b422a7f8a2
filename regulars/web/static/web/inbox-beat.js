// Asks every second whether something is new, while somebody looks: who else is here, new words, another list.
// The answer is small and says only whether; what is new is then fetched.

const one = (selector, root = document) => root.querySelector(selector);
const EVERY = 900; // ms; who else writes is to be seen within a second
const LIST_EVERY = 5; // beats
const HERE_EVERY = 20; // beats: say that we are still here
let count = 0;
let asking = false;

const talk = () => one("#talk");
const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

function here(typing = "") {
  const address = talk()?.dataset.looking;
  if (address) fetch(address + typing, { method: "POST", headers: token(), keepalive: true }).catch(() => {});
}

function others(html) {
  const old = one("#others");
  const fresh = document.createRange().createContextualFragment(html).firstElementChild;
  if (old && fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
}

async function thread() {
  const pane = talk();
  const answer = await fetch(`${pane.dataset.thread}?${one("#list")?.dataset.query ?? ""}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || pane !== talk()) return;
  const scroll = one("#thread-scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const known = new Set([...document.querySelectorAll("#thread > li")].map((li) => li.id));
  const fresh = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
  if (one("#thread details[open]") || one("#thread :focus")) keep(fresh);
  one("#thread").replaceWith(fresh);
  htmx.process(fresh);
  pane.dataset.version = answer.headers.get("X-Version");
  tell([...fresh.children].filter((li) => !known.has(li.id) && !li.matches(".event")));
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

// What is opened stays open when the thread is renewed under it.
function keep(fresh) {
  for (const open of document.querySelectorAll("#thread details[open]")) {
    const same = one(`#${CSS.escape(open.closest("li").id)} details`, fresh);
    if (same) same.replaceWith(open);
  }
}

function tell(words) {
  for (const li of words) li.classList.add("new");
  const last = words.at(-1);
  if (last) one("#aloud").textContent = `${one(".by b", last)?.textContent}: ${one(".words", last)?.textContent ?? ""}`.slice(0, 300);
  const box = one("#compose");
  if (box && !one("#text").value.trim()) box.elements.seen.value = one("#thread").dataset.last;
}

async function list() {
  const pane = one("#list");
  const query = `${pane.dataset.query}&only=rows`;
  const chosen = new Set([...pane.querySelectorAll(".pick:checked")].map((pick) => pick.value));
  const holder = one("#rows-scroll");
  if (new URLSearchParams(location.search).get("after")) return;
  const answer = await fetch(`${one("#desk").dataset.list}?${query}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || pane !== one("#list")) return;
  const at = one(".rows > li[data-here]", pane)?.dataset.case;
  const focused = document.activeElement?.closest?.(".rows > li")?.dataset.case;
  const fresh = document.createRange().createContextualFragment(await answer.text());
  for (const old of [...holder.children]) if (!old.matches(".notices")) old.remove();
  holder.append(fresh);
  htmx.process(holder);
  for (const li of holder.querySelectorAll(".rows > li")) {
    li.toggleAttribute("data-here", li.dataset.case === at);
    li.toggleAttribute("data-open", li.dataset.case === (talk()?.dataset.case ?? ""));
    if (chosen.has(li.dataset.case)) one(".pick", li).checked = true;
    if (li.dataset.case === focused) one("a.to-talk", li).focus({ preventScroll: true });
  }
  counts(answer.headers.get("X-Counts"));
}

function counts(said) {
  for (const [box, count] of Object.entries(JSON.parse(said ?? "{}"))) {
    const place = one(`.boxes a[data-box="${box}"] b`);
    if (place) place.textContent = count;
  }
}

async function beat() {
  if (document.hidden || asking) return;
  asking = true;
  count += 1;
  const pane = one("#list");
  const part = new URLSearchParams();
  if (talk()?.dataset.case) part.set("case", talk().dataset.case);
  if (count % LIST_EVERY === 0 && pane) part.set("list", pane.dataset.query);
  try {
    if (![...part].length) return;
    const answer = await fetch(`${one("#desk").dataset.beat}?${part}`);
    if (!answer.ok) return;
    const said = await answer.json();
    if (said.others !== undefined && part.get("case") === talk()?.dataset.case) {
      others(said.others);
      if (said.talk !== talk().dataset.version) await thread();
    }
    if (said.rows && said.rows !== pane.dataset.rows) {
      pane.dataset.rows = said.rows;
      await list();
    }
    if (count % HERE_EVERY === 0) here();
  } catch {
    // the network is away for a moment: the next beat asks again
  } finally {
    asking = false;
  }
}

export const beats = {
  begin() {
    setInterval(beat, EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || here());
    here();
  },
  opened() {
    here();
  },
  typing() {
    here("?typing");
  },
  list() {
    list();
  },
};
