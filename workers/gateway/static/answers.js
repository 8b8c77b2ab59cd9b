// Keeps what is typed until it is saved, and sends it without losing the page when the connection is gone.
// Drafts live in the tab's own memory (sessionStorage) and nowhere else: they end with the tab. A link is
// somebody's own; where people sign in, `data-draft` tells them apart, for a tab may see two of them.
"use strict";
(() => {
  const name = (form) => `draft:${form.dataset.draft}:${form.getAttribute("action")}:${form.elements.form?.value ?? ""}`;
  const fields = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");

  // `sent`: it may be stored, though no answer says so; sent again after a reload it must be the same press.
  const keep = (form, sent = false) => {
    const kept = fields(form)
      .filter((one) => one.type !== "radio" && one.type !== "checkbox" ? one.value !== "" : one.checked)
      .map((one) => [one.name, one.value]);
    if (sent && form.elements.press) kept.push(["press", form.elements.press.value]);
    sessionStorage.setItem(name(form), JSON.stringify(kept));
  };

  const restore = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(name(form)) ?? "[]");
    for (const [field, value] of kept) {
      if (field === "press" && form.elements.press) form.elements.press.value = value;
      for (const one of fields(form).filter((one) => one.name === field)) {
        if (one.type === "radio" || one.type === "checkbox") one.checked = one.checked || one.value === value;
        else if (one.value === "") one.value = value;
      }
    }
  };

  const say = (form, text) => {
    let place = form.querySelector("[data-say]");
    if (!place) {
      place = document.createElement("p");
      place.dataset.say = "";
      place.setAttribute("role", "alert");
      place.className = "wrong";
      form.querySelector(".send").before(place);
    }
    place.textContent = text;
  };

  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "follow" });
    const page = await answer.text();
    keep(form, answer.status > 500);
    if (answer.ok) sessionStorage.removeItem(name(form));
    if (answer.redirected) return location.replace(answer.url);
    document.open();
    document.write(page);
    document.close();
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    restore(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.sending) return;
      form.dataset.sending = "yes";
      keep(form, true);
      try {
        await send(form, event.submitter);
      } catch {
        say(form, "Not saved: there is no connection. What you typed stays here; send it again when you are online.");
      } finally {
        delete form.dataset.sending;
      }
    });
  }
})();
