--TEST--
Exceptions: each failure has its class and code, a line and a trace, and says whether a retry can help (G13)
--FILE--
<?php
use WikibaseDispatch\DispatchException;

foreach ( get_declared_classes() as $class ) {
	if ( is_subclass_of( $class, RuntimeException::class ) && str_starts_with( $class, 'WikibaseDispatch\\' ) ) {
		$parents[] = substr( $class, 17 ) . ' < ' . str_replace( 'WikibaseDispatch\\', '', get_parent_class( $class ) );
	}
}
sort( $parents );
echo implode( "\n", $parents ), "\n";

function thrower(): void {
	new WikibaseDispatch\Settings( [] );
}
try {
	thrower();
} catch ( DispatchException $e ) {
	echo basename( $e->getFile() ), ' line ', $e->getLine(), ', thrown in ', $e->getTrace()[1]['function'], "\n";
}
var_dump( ( new WikibaseDispatch\StoreBusyException( 'made in PHP', 1203 ) )->isRetryable() );
var_dump( ( new DispatchException( 'no code' ) )->isRetryable() );
?>
--EXPECTF--
BeyondHorizonException < DispatchException
ClaimLostException < DispatchException
ClientClaimedException < DispatchException
ClientRestingException < DispatchException
DispatchException < RuntimeException
InvalidConnectionException < DispatchException
InvalidNotificationException < DispatchException
InvalidSettingException < DispatchException
LockUnavailableException < DispatchException
SchemaMissingException < StoreException
SplitConnectionException < StoreException
StoreBusyException < StoreException
StoreDeniedException < StoreException
StoreException < DispatchException
StoreMissingException < StoreException
StoreReadOnlyException < StoreException
StoreUnavailableException < StoreException
UnknownClientException < DispatchException
UnsupportedNotificationException < DispatchException
exceptions.php line 13, thrown in thrower
bool(true)
bool(false)
