#!/usr/bin/perl
# Verifies a message's DKIM signatures with Mail::DKIM; see README.md here for the contract.
#
# Debian's Mail::DKIM knows no Ed25519: such signatures are skipped, and said so. Skipping is not
# passing: a message with nothing but skipped signatures does not pass.
use strict;
use warnings;

use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::Resolver::Mock;

sub fail_to_run {
    print STDERR "mail_dkim: $_[0]\n";
    exit 2;
}

# The file of `NAME VALUE` lines as a zone file for the mock resolver; TXT strings hold 255 bytes.
sub zone_of {
    my ($path) = @_;
    open my $lines, '<:raw', $path or fail_to_run("cannot read $path: $!");
    my $zone = '';
    while (my $line = <$lines>) {
        next if $line =~ /^\s*(#|$)/;
        my ($name, $value) = $line =~ /^\s*(\S+)\s+(.*?)\s*$/ or next;
        $name =~ s/\.?$/./;
        $value =~ s/(["\\])/\\$1/g;
        $zone .= "$name 60 TXT " . join(' ', map { "\"$_\"" } unpack('(a200)*', $value)) . "\n";
    }
    return $zone;
}

sub read_message {
    my ($path) = @_;
    open my $file, '<:raw', $path or fail_to_run("cannot read $path: $!");
    local $/;
    my $text = <$file>;
    $text =~ s/\r?\n/\r\n/g;    # Mail::DKIM judges CRLF lines only
    return $text;
}

@ARGV == 2 or do { print STDERR "usage: $0 MESSAGE RECORDS\n"; exit 2 };
my ($message, $records) = @ARGV;
my $resolver = Net::DNS::Resolver::Mock->new;
$resolver->zonefile_parse(zone_of($records));
Mail::DKIM::DNS::resolver($resolver);

my $verifier = Mail::DKIM::Verifier->new;
$verifier->PRINT(read_message($message));
$verifier->CLOSE;

my ($passed, $failed) = (0, 0);
for my $signature ($verifier->signatures) {
    my $algorithm = $signature->algorithm // '?';
    my $name = sprintf 'd=%s s=%s a=%s', $signature->domain // '?', $signature->selector // '?', $algorithm;
    $name =~ s/\r?\n\s*//g;
    my $verdict = $signature->result // 'none';
    if ($algorithm =~ /^ed25519/) {
        print "mail_dkim skip $name (no Ed25519 in this verifier)\n";
    }
    elsif ($verdict eq 'pass') {
        $passed++;
        print "mail_dkim pass $name\n";
    }
    else {
        $failed++;
        print "mail_dkim fail $name (", $signature->result_detail // $verdict, ")\n";
    }
}
print "mail_dkim fail (no DKIM-Signature)\n" unless $verifier->signatures;
exit($passed > 0 && $failed == 0 ? 0 : 1);
