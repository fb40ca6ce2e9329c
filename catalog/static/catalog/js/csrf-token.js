// Sends the CSRF token from its cookie with what changes something: a kept page doesn't know the reader's token.
export const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];

document.addEventListener("htmx:configRequest", ({ detail: { verb, headers, parameters } }) => {
  if (verb === "get" || !token()) return;
  headers["X-CSRFToken"] = token();
  if ("csrfmiddlewaretoken" in parameters) parameters.csrfmiddlewaretoken = token();
});
