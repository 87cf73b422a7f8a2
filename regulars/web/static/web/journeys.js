// Sends the panel of the editor when a choice changes what else can be chosen. Without script its buttons do the same.

document.addEventListener("change", (event) => {
  const form = event.target.closest("#panel-form");
  if (!form || !event.target.matches("select[name='kind'], select[name='again'], select[name='goal_kind'], select[name^='n']")) return;
  form.requestSubmit(form.querySelector("[value=show]"));
});

// Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) outside of fields: the draft, not the text
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  const way = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
  const button = way && document.getElementById(way);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// somebody else was quicker: the answer that says so is shown like any other
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
});
