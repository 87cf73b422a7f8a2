// Sends the builder when something in it was changed, so that inputs and count follow. Without script the
// buttons do the same; this only saves the press.

document.addEventListener("change", (event) => {
  const form = event.target.closest("#segment-form");
  if (!form || event.target.closest("[name=name], [name=description]")) return;
  if (event.target.matches("select")) form.requestSubmit(form.querySelector("[value=show]"));
  else htmx.trigger("#preview", "load");
});
