interface Node { readonly name: string; readonly children: Node[]; text: string }

/** Enough of an XML reader for these documents (elements and text): throws on what is not well-formed. */
function parsed(xml: string): Node {
  const root: Node = { name: '', children: [], text: '' };
  const open: Node[] = [root];
  for (const part of xml.replace(/^<\?xml[^>]*\?>/, '').match(/<[^>]*>|[^<]+/g) ?? []) {
    const here = open.at(-1)!;
    const tag = /^<(\/?)([A-Za-z]+)((?:\s+[A-Za-z:]+="[^"<]*")*)>$/.exec(part);
    if (tag === null) {
      if (/[<>]|&(?!amp;|lt;|gt;)/.test(part)) throw new Error('not well-formed');
      here.text += part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    } else if (tag[1] === '/') {
      if (open.length < 2 || here.name !== tag[2]) throw new Error('not well-formed');
      open.pop();
    } else {
      const node: Node = { name: tag[2]!, children: [], text: '' };
      here.children.push(node);
      open.push(node);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not well-formed');
  return root;
}

function all(node: Node): readonly Node[] {
  return node.children.flatMap((child) => [child, ...all(child)]);
}

export function namesIn(xml: string): readonly string[] {
  return all(parsed(xml)).map(({ name }) => name);
}

export function childrenOf(xml: string, parent: string): readonly string[] {
  return all(parsed(xml)).find(({ name }) => name === parent)!.children.map(({ name }) => name);
}

export function textsOf(xml: string, element: string): readonly string[] {
  return all(parsed(xml)).filter(({ name }) => name === element).map(({ text }) => text);
}
