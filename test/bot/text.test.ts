import { expect, test } from 'vitest'
import { escapeText, inline, shorten } from '#bot/text.ts'

test.for([
  [
    '*a* **b** _c_ __d__ ~~e~~ ||f|| `g`',
    String.raw`\*a\* \*\*b\*\* \_c\_ \_\_d\_\_ \~\~e\~\~ \|\|f\|\| \`g\``,
  ],
  ['```js\ncode\n```', '\\`\\`\\`js\ncode\n\\`\\`\\`'],
  ['# one\n## two\n  ### three\n-# small', '\\# one\n\\## two\n  \\### three\n\\-# small'],
  ['- a\n* b\n+ c\n1. d\n 22) e', '\\- a\n\\* b\n\\+ c\n1\\. d\n 22\\) e'],
  [
    '> quote\n>>> all',
    String.raw`\> quote
\>\>\> all`,
  ],
  ['[bank](https://evil.example)', String.raw`\[bank\](https://evil.example)`],
  [
    '@everyone @here <@1> <@&2> <#3>',
    String.raw`\@everyone \@here \<\@1\> \<\@&2\> \<\#3\>`.replace(String.raw`\#`, '#'),
  ],
  [
    '<t:0:R> </issue:1> <a:x:1> <https://a.example>',
    String.raw`\<t:0:R\> \</issue:1\> \<a:x:1\> \<https://a.example\>`,
  ],
  ['https://a.example/b_c_d?e=*f*', String.raw`https://a.example/b_c_d?e=\*f\*`],
  ['\\* already', String.raw`\\\* already`],
  ['C# and 3.5 - well', 'C# and 3.5 - well'],
])('%j is shown letter by letter', ([text, escaped]) => {
  expect(escapeText(text ?? '')).toBe(escaped)
})

test('nothing is cut in half', () => {
  expect(shorten('abc😀def', 5)).toBe('abc…')
  expect(shorten('abc', 3)).toBe('abc')
  expect(inline('two\n\nlines  of\ttext', 60)).toBe('two lines of text')
})
