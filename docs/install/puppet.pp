# For a host that answers requests or runs jobs, with Debian's PHP 8.2. The file is that of the release, in a module
# "dispatch" of yours; the extension is unpacked with your wiki, and update.php run there. Not run.
file { '/opt/dispatch.deb': source => "puppet:///modules/dispatch/php8.2-wikibase-dispatch_${version}_amd64.deb" }
~> exec { 'apt-get install --yes /opt/dispatch.deb':
  path        => '/usr/sbin:/usr/bin:/sbin:/bin',
  refreshonly => true,
}
~> service { 'php8.2-fpm': ensure => running }
