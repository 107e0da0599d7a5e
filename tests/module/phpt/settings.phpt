--TEST--
Settings are validated once; what is wrong is named with its value and what is allowed
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Settings;

$valid = [ 'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'enwiki', 'dewiki' ] ];
echo json_encode( ( new Settings( $valid ) )->toArray() ), "\n";
failure( fn () => new Settings( [] ) );
failure( fn () => new Settings( [ 'dispatchDefaultBatchSize' => '1000' ] + $valid ) );
failure( fn () => new Settings( [ 'claimTtl' => 0 ] + $valid ) );
failure( fn () => new Settings( [ 'claimTtl' => 1.5 ] + $valid ) );
failure( fn () => new Settings( [ 'claimTTL' => 5 ] + $valid ) );
failure( fn () => new Settings( [ 'localClientDatabases' => 'enwiki' ] + $valid ) );
failure( fn () => new Settings( [ 'localClientDatabases' => [ 'enwiki' => null ] ] + $valid ) );
failure( fn () => new Settings( [ 'localClientDatabases' => [ "en\0wiki" => 'enwiki' ] ] + $valid ) );
failure( fn () => new Settings( [ 'repoSiteId' => "\xff" ] + $valid ) );
failure( fn () => new Settings( [ 'notificationFormat' => 'xml' ] + $valid ) );
failure( fn () => new Settings( [ 'rollout' => [ 'enwiki' => 'soon' ] ] + $valid ) );
failure( fn () => new Settings( [ 'dispatchStrategy' => 'fast' ] + $valid ) );
failure( fn () => new Settings( [ 'canDelay' => 'wikibase-dispatch-trigger' ] + $valid ) );
?>
--EXPECT--
{"repoSiteId":"repowiki","localClientDatabases":{"dewiki":"dewiki","enwiki":"enwiki"},"rollout":[],"refusedClients":[],"dispatchDefaultBatchSize":1000,"dispatchBatchChunkFactor":3,"dispatchDefaultMaxChunks":15,"dispatchDefaultDispatchInterval":0,"dispatchDefaultDispatchRandomness":15,"claimTtl":60,"batchMaxBytes":16777216,"windowMaxBytes":67108864,"memoryLimit":0,"notificationFormat":"native","notificationBatchSize":1000,"notificationMaxBytes":1048576,"triggerEveryChanges":100,"triggerMaxDelay":0,"gapGrace":3,"longestTransaction":0,"pruneGraceSeconds":1200,"pruneKeepSeconds":10800,"acknowledgeWithin":4200,"pruneKeepUnacknowledged":259200,"dispatchStrategy":"auto","dispatchMaxTime":60,"dispatchMinChanges":0,"canDelay":[],"claimsToDelay":[]}
WikibaseDispatch\InvalidSettingException 1001 final: the setting repoSiteId is missing
WikibaseDispatch\InvalidSettingException 1001 final: the setting dispatchDefaultBatchSize cannot be "1000"; allowed: a whole number from 1 to 100000
WikibaseDispatch\InvalidSettingException 1001 final: the setting claimTtl cannot be 0; allowed: a whole number from 1 to 86400
WikibaseDispatch\InvalidSettingException 1001 final: the setting claimTtl cannot be a float; allowed: a whole number from 1 to 86400
WikibaseDispatch\InvalidSettingException 1001 final: there is no setting "claimTTL"; check its spelling
WikibaseDispatch\InvalidSettingException 1001 final: the setting localClientDatabases cannot be "enwiki"; allowed: a map of site ids to database domains, or a list of site ids
WikibaseDispatch\InvalidSettingException 1001 final: the setting localClientDatabases cannot be null; allowed: database domains of 1 to 255 bytes without control characters
WikibaseDispatch\InvalidSettingException 1001 final: the setting localClientDatabases cannot be "en\0wiki"; allowed: site ids of 1 to 64 bytes without control characters
WikibaseDispatch\InvalidSettingException 1001 final: the setting repoSiteId cannot be a string that is not UTF-8; allowed: site ids of 1 to 64 bytes without control characters
WikibaseDispatch\InvalidSettingException 1001 final: the setting notificationFormat cannot be "xml"; allowed: "native", "entity-change" or "change-ids", or a map of clients (and "default") to these
WikibaseDispatch\InvalidSettingException 1001 final: the setting rollout cannot be "soon"; allowed: a map of clients to "off", "shadow" or "on"
WikibaseDispatch\InvalidSettingException 1001 final: the setting dispatchStrategy cannot be "fast"; allowed: "auto", "inline", "poll" or "jobs"
WikibaseDispatch\InvalidSettingException 1001 final: the setting canDelay cannot be "wikibase-dispatch-trigger"; allowed: a list of names of jobs, of which "wikibase-dispatch-trigger" and "wikibase-dispatch-client" count
