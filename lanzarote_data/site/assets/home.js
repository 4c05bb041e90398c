"use strict";
/* The search of the start page: the words go behind # of the address, which no server sees. */
(() => {
  const form = document.getElementById("search");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = document.getElementById("q").value.trim();
    location.href = `explore.html${words ? `#${new URLSearchParams({ q: words })}` : ""}`;
  });
  form.hidden = false;
})();
