// Makes a table's columns sortable. Without it the table is complete, in the order of names.
const table = document.getElementById("students");
const body = table.tBodies[0];
const headings = [...table.tHead.rows[0].cells];
const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
const compare = new Intl.Collator(undefined, { numeric: true }).compare;

headings.forEach((heading, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    headings.forEach((each) => each.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].sort((a, b) => compare(key(a, column), key(b, column)));
    body.append(...(down ? rows.reverse() : rows));
  });
});
