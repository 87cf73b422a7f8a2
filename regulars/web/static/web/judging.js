// One key for each word a colleague can say of a text.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input[type=text], input[type=search], textarea, select, dialog[open]")) return;
  const found = document.querySelector(`#judging [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
});
