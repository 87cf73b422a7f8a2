// Merge tags offered while one types {{ : arrows choose, Enter or Tab takes, Escape closes. The fallback is selected
// afterwards, because it is what one wants to change.

const BEGUN = /\{\{\s*([\w. ]*)$/;
const MOST = 8;
let list = null;
let field = null;

const tags = () => [...document.querySelectorAll("#tag-list li")].map((li) => ({ code: li.dataset.code, label: li.dataset.label }));

function close() {
  list?.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.setAttribute("aria-expanded", "false");
  list = null;
}

function fitting(words) {
  const wanted = words.toLowerCase().replace("person.", "").trim();
  return tags().filter((tag) => `${tag.label} ${tag.code}`.toLowerCase().includes(wanted)).slice(0, MOST);
}

function open(found) {
  close();
  list = document.createElement("ul");
  Object.assign(list, { className: "offer", id: "offer", role: "listbox" });
  list.setAttribute("aria-label", "Merge tags");
  found.forEach((tag, n) => {
    const entry = document.createElement("li");
    entry.id = `offer-${n}`;
    entry.setAttribute("role", "option");
    const code = document.createElement("code");
    code.textContent = tag.code;
    entry.append(tag.label, code);
    entry.addEventListener("mousedown", (event) => (event.preventDefault(), take(tag.code)));
    entry.dataset.code = tag.code;
    list.append(entry);
  });
  field.after(list);
  list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight}px`;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", "offer");
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-autocomplete", "list");
  choose(0);
}

function choose(n) {
  const all = [...list.children];
  const place = (n + all.length) % all.length;
  all.forEach((entry, at) => entry.setAttribute("aria-selected", at === place));
  all[place].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", all[place].id);
}

const chosen = () => [...list.children].findIndex((entry) => entry.getAttribute("aria-selected") === "true");

function take(code) {
  const end = field.selectionStart;
  const start = field.value.slice(0, end).search(BEGUN);
  const rest = field.value.slice(end).match(/^\s*\}\}/)?.[0].length ?? 0;
  field.setRangeText(code, start, end + rest, "end");
  const fallback = code.match(/default: "([^"]*)"/);
  if (fallback) {
    const at = start + fallback.index + 'default: "'.length;
    field.setSelectionRange(at, at + fallback[1].length);
  }
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = {
  ArrowDown: () => choose(chosen() + 1),
  ArrowUp: () => choose(chosen() - 1),
  Enter: () => take(list.children[chosen()].dataset.code),
  Tab: () => take(list.children[chosen()].dataset.code),
  Escape: close,
};

export function offer() {
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-tags]")) return;
    field = event.target;
    const begun = field.value.slice(0, field.selectionStart).match(BEGUN);
    const found = begun ? fitting(begun[1]) : [];
    found.length ? open(found) : close();
  });
  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field || !KEYS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  }, true);
  document.addEventListener("focusout", () => list && close());
}
