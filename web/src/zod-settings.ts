import { z } from 'zod'

// Without this zod tries whether it may compile code at run time; the page's policy forbids that and reports the try.
z.config({ jitless: true })
