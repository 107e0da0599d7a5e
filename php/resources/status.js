/*
 * Special:DispatchStatus and its pages of clients: renews the page every few seconds, and sorts, filters and turns pages of
 * the table without loading it again. The server does the work, as it does where there is no script; this only asks for the
 * content anew and changes what is different, so that focus, selection, scrolling and what somebody types stay.
 */
( function () {
	'use strict';

	/** Milliseconds after the last key, before a filter is applied. */
	var PATIENCE = 250;
	/** Milliseconds between two looks; the server looks no more often. */
	var INTERVAL = 5000;
	/** Milliseconds, after looks that failed. */
	var LONGEST = 60000;

	var page = document.querySelector( '.wbd-status' );
	var form = document.getElementById( 'wbd-filter' );
	var pause = document.querySelector( '.wbd-pause' );
	if ( !page || !pause || !window.fetch || !window.DOMParser || !window.URLSearchParams ) {
		return;
	}
	var stale = page.querySelector( '.wbd-stale' );
	var last = null;
	var typing = null;
	var timer = null;
	var failures = 0;

	function keyOf( node ) {
		return node.nodeType === 1 && ( node.id || node.getAttribute( 'data-key' ) ) || null;
	}

	function isAlike( a, b ) {
		return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
	}

	/** Whether the reader has changed it since, and it stays as it is. */
	function isReaders( element, name ) {
		return name === 'open' && element.nodeName === 'DETAILS';
	}

	function morphAttributes( old, now ) {
		Array.prototype.slice.call( old.attributes ).forEach( function ( attribute ) {
			if ( !now.hasAttribute( attribute.name ) && !isReaders( old, attribute.name ) ) {
				old.removeAttribute( attribute.name );
			}
		} );
		Array.prototype.forEach.call( now.attributes, function ( attribute ) {
			if ( old.getAttribute( attribute.name ) !== attribute.value && !isReaders( old, attribute.name ) ) {
				old.setAttribute( attribute.name, attribute.value );
			}
		} );
	}

	/** Makes a node like another one, and touches nothing that is so already. */
	function morph( old, now ) {
		if ( old.nodeType !== 1 ) {
			if ( old.data !== now.data ) {
				old.data = now.data;
			}
			return;
		}
		if ( old.hasAttribute( 'data-own' ) ) {
			return;
		}
		morphAttributes( old, now );
		var keyed = {};
		Array.prototype.forEach.call( old.childNodes, function ( child ) {
			if ( keyOf( child ) ) {
				keyed[ keyOf( child ) ] = child;
			}
		} );
		var place = old.firstChild;
		Array.prototype.slice.call( now.childNodes ).forEach( function ( child ) {
			var key = keyOf( child );
			var match = key ? keyed[ key ] : place && !keyOf( place ) && place;
			if ( match && isAlike( match, child ) ) {
				delete keyed[ key ];
				if ( match === place ) {
					place = place.nextSibling;
				} else {
					old.insertBefore( match, place );
				}
				morph( match, child );
			} else {
				old.insertBefore( document.importNode( child, true ), place );
			}
		} );
		while ( place ) {
			var next = place.nextSibling;
			old.removeChild( place );
			place = next;
		}
	}

	function topOf( element ) {
		return element.getBoundingClientRect().top;
	}

	/** What the reader sees first, unless it is the beginning of the page. */
	function firstInSight() {
		return window.pageYOffset > 0 && Array.prototype.find.call(
			page.querySelectorAll( 'p, h2, dl, li, figure, tr' ),
			function ( element ) {
				return topOf( element ) >= 0;
			}
		);
	}

	/** Changes the page, and leaves what the reader sees, has focused and selected. */
	function change( now ) {
		var focused = document.activeElement;
		var selection = window.getSelection();
		var ends = selection.rangeCount && !selection.isCollapsed && page.contains( selection.anchorNode ) &&
			[ selection.anchorNode, selection.anchorOffset, selection.focusNode, selection.focusOffset ];
		var seen = firstInSight();
		var top = seen && topOf( seen );
		morph( page, now );
		if ( seen && page.contains( seen ) ) {
			window.scrollBy( 0, topOf( seen ) - top );
		}
		if ( focused && focused !== document.activeElement && page.contains( focused ) ) {
			focused.focus( { preventScroll: true } );
		}
		if ( ends && page.contains( ends[ 0 ] ) && page.contains( ends[ 2 ] ) ) {
			var within = function ( node, offset ) {
				return Math.min( offset, node.nodeType === 1 ? node.childNodes.length : node.length );
			};
			selection.setBaseAndExtent(
				ends[ 0 ], within( ends[ 0 ], ends[ 1 ] ), ends[ 2 ], within( ends[ 2 ], ends[ 3 ] )
			);
		}
	}

	/** Fields show what the address asks for, where that is not what the reader has typed. */
	function fill() {
		if ( !form ) {
			return;
		}
		form.querySelectorAll( 'input[type=search]' ).forEach( function ( field ) {
			field.value = field.getAttribute( 'value' ) || '';
		} );
		form.querySelectorAll( 'select' ).forEach( function ( field ) {
			var chosen = field.querySelector( 'option[selected]' );
			field.value = chosen ? chosen.value : '';
		} );
	}

	function setStale( isStale ) {
		var text = isStale ? stale.getAttribute( 'data-text' ) : '';
		if ( stale.textContent !== text ) {
			stale.textContent = text;
		}
	}

	function isPaused() {
		return pause.getAttribute( 'aria-pressed' ) === 'true';
	}

	/** Looks again after a while, unless nobody wants to see it. */
	function wait() {
		window.clearTimeout( timer );
		if ( !isPaused() && !document.hidden ) {
			timer = window.setTimeout( renew, Math.min( INTERVAL * Math.pow( 2, failures ), LONGEST ) );
		}
	}

	/** Asks for the content of an address; then( content ), or otherwise(). */
	function ask( url, then, otherwise ) {
		var mine = last = {};
		window.clearTimeout( timer );
		var address = new window.URL( url, window.location.href );
		address.searchParams.set( 'live', '1' );
		window.fetch( address.href, { credentials: 'same-origin' } ).then( function ( response ) {
			return response.text();
		} ).then( function ( html ) {
			// Somebody who types on wants none of the answers before the last.
			if ( mine !== last ) {
				return;
			}
			var now = new window.DOMParser().parseFromString( html, 'text/html' ).querySelector( '.wbd-status' );
			if ( !now || !now.querySelector( '.wbd-pause' ) ) {
				throw new Error( 'no status' );
			}
			then( document.importNode( now, true ) );
			failures = 0;
			setStale( false );
			wait();
		} ).catch( function () {
			if ( mine === last ) {
				otherwise();
			}
		} );
	}

	function renew() {
		ask( window.location.href, change, function () {
			failures++;
			setStale( true );
			wait();
		} );
	}

	/** Shows another view. */
	function load( url, isTyped ) {
		page.setAttribute( 'aria-busy', 'true' );
		ask( url, function ( now ) {
			change( now );
			if ( !isTyped ) {
				fill();
			}
			window.history.replaceState( null, '', url );
		}, function () {
			window.location.href = url;
		} );
	}

	function filter() {
		window.clearTimeout( typing );
		load( form.getAttribute( 'action' ) + '?' + new window.URLSearchParams( new window.FormData( form ) ), true );
	}

	page.addEventListener( 'click', function ( event ) {
		var link = event.target.closest( '.wbd-sort, .wbd-pages a, .wbd-hours a, .wbd-counts a, .wbd-troubles a:not( .wbd-client )' );
		if ( link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0 ) {
			event.preventDefault();
			window.clearTimeout( typing );
			load( link.href );
			if ( link.closest( '.wbd-counts, .wbd-troubles' ) ) {
				document.getElementById( 'wbd-clients' ).scrollIntoView();
			}
		}
	} );
	// The page of a client has none.
	if ( form ) {
		form.addEventListener( 'submit', function ( event ) {
			event.preventDefault();
			filter();
		} );
		form.addEventListener( 'change', filter );
		form.addEventListener( 'input', function () {
			window.clearTimeout( typing );
			typing = window.setTimeout( filter, PATIENCE );
		} );
	}
	pause.addEventListener( 'click', function () {
		pause.setAttribute( 'aria-pressed', isPaused() ? 'false' : 'true' );
		if ( isPaused() ) {
			// An answer that is under way comes too late.
			last = null;
			wait();
		} else {
			renew();
		}
	} );
	document.addEventListener( 'visibilitychange', function () {
		if ( document.hidden ) {
			wait();
		} else if ( !isPaused() ) {
			renew();
		}
	} );

	// Not all browsers keep what is in sight where it is, and none always.
	document.documentElement.style.overflowAnchor = 'none';
	// The switch takes the place of the link.
	page.classList.add( 'wbd-is-live' );
	pause.hidden = false;
	wait();
}() );
