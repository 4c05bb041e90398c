// What no page can do without a script: dropping files, and a word on those that are too large.
"use strict";
const form = document.getElementById("drop");
if (form) {
  const input = form.elements.files;
  const status = form.querySelector("[role=status]");
  const stopped = (event) => { event.preventDefault(); form.classList.toggle("over", event.type === "dragover"); };
  for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, stopped);
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    const size = Array.from(input.files).reduce((sum, file) => sum + file.size, 0);
    const tooLarge = size > Number(form.dataset.limit);
    if (tooLarge) event.preventDefault();
    status.textContent = tooLarge ? form.dataset.tooLarge : form.dataset.busy;
  });
}
// Who writes a third text means it.
for (const box of document.querySelectorAll(".question textarea")) {
  box.addEventListener("input", () => {
    box.closest("fieldset").querySelector("[value=third]").checked = true;
  });
}
