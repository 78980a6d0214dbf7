/**
 * The layout of every PDF, in Typst (typst.app/docs, version 0.14). It reads one JSON file and nothing else; text from
 * there is text, never code. Headings, lists and tables with header rows become the tags of PDF/UA-1.
 */
export const DOCUMENT_TEMPLATE = String.raw`
#let doc = json("/document.json")
#let day = doc.date.split("-").map(int)
#let ink = rgb("#1a1a1a")
#let line-color = rgb("#595959")

#set document(
  title: doc.title, author: doc.issuer, description: doc.description,
  date: datetime(year: day.at(0), month: day.at(1), day: day.at(2)),
)
#set text(font: "Libertinus Serif", size: 11pt, lang: "nl", region: "NL", fill: ink, fallback: false, hyphenate: false)
#set par(leading: 0.66em, spacing: 0.95em)
#set page(
  paper: "a4", margin: (left: 24mm, right: 22mm, top: 24mm, bottom: 26mm), footer-descent: 35%,
  footer: context {
    set text(size: 9pt)
    line(length: 100%, stroke: 0.5pt + line-color)
    v(-0.55em)
    grid(columns: (1fr, auto), doc.title, [Bladzijde #counter(page).display() van #counter(page).final().first()])
  },
)

#show heading: set text(hyphenate: false)
#show heading.where(level: 1): set text(size: 21pt)
#show heading.where(level: 1): set block(below: 1.1em)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 2): set block(above: 1.9em, below: 0.85em, sticky: true)
#show heading.where(level: 3): set text(size: 11.5pt)
#show heading.where(level: 3): set block(above: 1.4em, below: 0.65em, sticky: true)

#show figure.where(kind: table): set figure(numbering: none, supplement: none)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true, above: 1.2em, below: 1.4em)
#show figure.caption: it => align(left, block(below: 0.7em, sticky: true, text(weight: "bold", size: 10pt, it.body)))

#show terms: set block(above: 1.2em)
#set terms(separator: [: ], hanging-indent: 1.2em, spacing: 0.62em)
#set list(spacing: 0.62em, indent: 0.2em)

#let in-lines(value) = raw(block: true, value)
#show raw.where(block: true): it => block(
  width: 100%, inset: (x: 7pt, y: 6pt), fill: rgb("#f3f3f3"), breakable: false,
  text(font: "DejaVu Sans Mono", size: 7.2pt, fallback: false, it),
)

#let notice(value) = block(width: 100%, inset: (left: 9pt, y: 5pt), stroke: (left: 2.5pt + ink), par(value))

#let printed-table(value) = {
  let numeric = value.columns.map(column => column.at("numeric", default: false))
  let total = value.at("total", default: none)
  set text(size: 9.5pt)
  set par(leading: 0.52em)
  figure(
    kind: table,
    caption: value.caption,
    table(
      columns: value.columns.map(column => column.width * 1fr),
      align: (x, y) => if numeric.at(x) { right } else { left },
      inset: (x: 5pt, y: 4.5pt),
      stroke: (x, y) => (bottom: if y == 0 { 1pt + ink } else { 0.4pt + line-color }),
      fill: (x, y) => if y == 0 { rgb("#ececec") },
      table.header(..value.columns.map(column => strong(column.title))),
      ..value.rows.flatten(),
      ..if total == none { () } else { (table.footer(repeat: false, ..total.map(strong)),) },
    ),
  )
}

#let printed(block) = {
  if block.kind == "paragraph" { par(block.text) }
  else if block.kind == "notice" { notice(block.text) }
  else if block.kind == "heading" { heading(level: 3, outlined: false, block.text) }
  else if block.kind == "list" { list(..block.items.map(item => [#item])) }
  else if block.kind == "terms" { terms(..block.items.map(((term, value)) => terms.item(term, [#value]))) }
  else if block.kind == "table" { printed-table(block) }
  else if block.kind == "lines" { in-lines(block.text) }
  else { panic("unknown block") }
}

#show outline.entry: it => link(it.element.location(), it.indented(none, {
  it.body()
  if it.element.supplement != [] { [ #it.element.supplement] }
  [ ]
  box(width: 1fr, it.fill)
  [ ]
  it.page()
}))

#heading(level: 1, outlined: false, doc.title)
#for block in doc.introduction { printed(block) }
#if doc.contents {
  heading(level: 2, outlined: false, "Inhoud")
  outline(title: none, depth: 2)
}
#for section in doc.sections {
  heading(level: 2, supplement: section.at("contentsNote", default: ""), section.title)
  for block in section.blocks { printed(block) }
}
`;
