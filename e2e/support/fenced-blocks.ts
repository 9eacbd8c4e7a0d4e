/** One fenced block of a Markdown page. */
export interface FencedBlock {
  readonly language: string
  readonly text: string
}

/** A shell block of a page with the output that the page promises right below it. */
export interface Step {
  readonly commands: string
  /** `undefined`: the page shows none. */
  readonly output: string | undefined
}

/** The fenced blocks in their order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))
}

/** Each `sh` block, with the `text` block that follows it as its output. */
export function steps(markdown: string): readonly Step[] {
  const blocks = fencedBlocks(markdown)
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1]
    const output = next?.language === 'text' ? next.text : undefined
    return language === 'sh' ? [{ commands: text, output }] : []
  })
}

/** What a printed output allows: `…` stands for anything on its line, everything else for itself. */
export function outputPattern(output: string): RegExp {
  const literal = output.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`)
}
