// Sends the panel of the editor when a choice changes what else can be chosen. Without script its buttons do the same.

document.addEventListener("change", (event) => {
  const form = event.target.closest("#panel-form");
  if (!form || !event.target.matches("select[name='kind'], select[name='again'], select[name^='n']")) return;
  form.requestSubmit(form.querySelector("[value=show]"));
});
