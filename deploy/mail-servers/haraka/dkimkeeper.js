// A Haraka plugin that signs outgoing mail with DKIM keys in custody: `dkimkeeper sign` asks the agent
// of this host at its socket for the signatures, and this puts them before the message. No key is here.
//
// config/dkimkeeper.ini, with the defaults:
//   program = dkimkeeper
//   socket = /run/dkimkeeper-agent/reference.sock
//
// Mail that cannot be signed is refused with 4xx: its sender keeps it and tries again.
'use strict'

const { spawn } = require('node:child_process')

// What may come of `dkimkeeper sign` before the message itself: a few signatures.
const LONGEST = 64 * 1024

exports.register = function () {
  this.register_hook('queue_outbound', 'sign')
  this.register_hook('pre_send_trans_email', 'sign')
  const config = this.config.get('dkimkeeper.ini').main
  this.program = config.program || 'dkimkeeper'
  this.socket = config.socket || '/run/dkimkeeper-agent/reference.sock'
}

exports.sign = function (next, connection) {
  const transaction = connection?.transaction
  // Haraka's own queue asks a second time.
  if (!transaction || transaction.notes.dkimkeeper_signed) return next()
  const child = spawn(this.program, ['sign', '--agent', this.socket], { timeout: 30_000 })
  let head = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => {
    if (head.length < LONGEST) head += chunk.toString('latin1')
  })
  child.stderr.on('data', (chunk) => (complaint += chunk))
  // It may end before it has read everything; how it ended says why.
  child.stdin.on('error', () => transaction.message_stream.unpipe?.(child.stdin))
  const end = (why) => {
    if (!why) {
      transaction.notes.dkimkeeper_signed = true
      for (const value of signatures(head).reverse()) transaction.add_leading_header('DKIM-Signature', value)
      return next()
    }
    connection.logerror(this, why)
    next(DENYSOFT, 'the message cannot be signed now; try again later')
  }
  child.once('error', (error) => end(`${this.program}: ${error.message}`))
  child.once('close', (status) => end(status === 0 ? '' : complaint.trim() || 'it did not end in time'))
  transaction.message_stream.pipe(child.stdin, { line_endings: '\r\n' })
}

// The values of the DKIM-Signature fields at the beginning of a signed message, top first.
function signatures (head) {
  const fields = /^(?:DKIM-Signature:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+/i.exec(head)
  if (!fields) return []
  return fields[0].split(/\r?\n(?=DKIM-Signature:)/i)
    .map((field) => field.replace(/^DKIM-Signature:[ \t]*/i, '').replace(/\r/g, '').trimEnd())
}
