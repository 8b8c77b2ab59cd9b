// Brings a page up to date while somebody waits: asks every few seconds whether it has changed, and swaps what
// is only shown. A form is never touched; where one would come or go, a link offers the new page instead.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  const OFTEN = 5_000, SELDOM = 30_000, AT_FIRST = 120_000;
  let version = main.dataset.live, since = Date.now(), timer = 0;

  const say = (...content) => main.querySelector("[data-news]").replaceChildren(...content);
  const offer = (text, words) => {
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = words;
    say(text, link);
  };
  const forms = (root) => [...root.querySelectorAll("form input[name=form]")].map((one) => one.value).join(" ");

  const show = (page) => {
    const fresh = page.querySelector("main[data-live]");
    if (!fresh) {
      offer("This page is not kept up to date any more. ", "Sign in again");
      return false;
    }
    version = fresh.dataset.live;
    since = Date.now();
    const shown = fresh.querySelectorAll("[data-part]");
    const focused = document.activeElement?.closest("[data-part]") && document.activeElement.getAttribute("href");
    main.querySelectorAll("[data-part]").forEach((part, place) => {
      if (shown[place]) part.replaceChildren(...shown[place].childNodes);
    });
    if (focused) main.querySelector(`[data-part] a[href="${CSS.escape(focused)}"]`)?.focus();
    if (forms(fresh) === forms(main)) say("This page was just brought up to date.");
    else offer("There is something new on this page. ", "Show it");
    return true;
  };

  const look = async () => {
    let more = true, wait = Date.now() - since < AT_FIRST ? OFTEN : SELDOM;
    try {
      const answer = await fetch(location.href, { headers: { "If-None-Match": version }, cache: "no-store" });
      if (answer.ok) more = show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else if (answer.status !== 304) wait = SELDOM;
    } catch {
      wait = SELDOM;
    }
    if (more) plan(wait);
  };

  const plan = (wait) => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, wait);
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else {
      since = Date.now();
      plan(0);
    }
  });
  plan(OFTEN);
})();
